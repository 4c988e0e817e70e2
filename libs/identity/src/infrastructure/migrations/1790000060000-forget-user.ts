import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What this context keeps of a user goes with the user's key. Until now a function of the HTTP edge saw to it. */
export class ForgetUser1790000060000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function app.forget_user() returns trigger language plpgsql as $$
      begin
        delete from app.sessions where 'user:' || user_id = new.subject;
        delete from app.credentials where 'user:' || user_id = new.subject;
        delete from app.verification_codes where 'user:' || user_id = new.subject;
        return null;
      end $$;
      create trigger forget_user after insert or update on app.subject_keys
        for each row when (new.destroyed_at is not null and new.subject like 'user:%')
        execute function app.forget_user()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger forget_user on app.subject_keys; drop function app.forget_user()');
  }
}
