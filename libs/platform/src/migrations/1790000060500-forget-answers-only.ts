import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forgetting } from './1790000045000-forgotten-answers';

/** Earlier builds had the same function forget a user's sessions, of which it now knows nothing. */
export class ForgetAnswersOnly1790000060500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(forgetting);
  }

  /** As the build before had it: nothing else of that build forgets what is kept of a user. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function app.forget_subject() returns trigger language plpgsql as $$
      begin
        update app.idempotency set status = null, headers = null, body = null, leased_until = now()
          where strpos(body, split_part(new.subject, ':', -1)) > 0;
        if new.subject like 'user:%' then
          delete from app.sessions where 'user:' || user_id = new.subject;
          delete from app.credentials where 'user:' || user_id = new.subject;
          delete from app.verification_codes where 'user:' || user_id = new.subject;
        end if;
        return null;
      end $$`);
  }
}
