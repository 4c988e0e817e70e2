import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A key belongs to a kind of subject and its id: `customer:0190…`. Keys under the id alone are of earlier builds, of
 * which only customers could be erased: they stay erased, and nobody else who has the same id is.
 */
export class SubjectKinds1790000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function app.forget_subject() returns trigger language plpgsql as $$
      begin
        delete from app.idempotency where strpos(body, split_part(new.subject, ':', -1)) > 0;
        if new.subject like 'user:%' then
          delete from app.sessions where 'user:' || user_id = new.subject;
          delete from app.credentials where 'user:' || user_id = new.subject;
          delete from app.verification_codes where 'user:' || user_id = new.subject;
        end if;
        return null;
      end $$;
      insert into app.subject_keys (subject, wrapped, destroyed_at)
        select 'customer:' || subject, null, destroyed_at from app.subject_keys
        where destroyed_at is not null and strpos(subject, ':') = 0
        on conflict do nothing`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function app.forget_subject() returns trigger language plpgsql as $$
      begin
        delete from app.idempotency where strpos(body, new.subject) > 0;
        delete from app.sessions where user_id::text = new.subject;
        delete from app.credentials where user_id::text = new.subject;
        delete from app.verification_codes where user_id::text = new.subject;
        return null;
      end $$`);
  }
}
