import type { MigrationInterface, QueryRunner } from 'typeorm';

const forgetting = (answers: string): string => `
  create or replace function app.forget_subject() returns trigger language plpgsql as $$
  begin
    ${answers} where strpos(body, split_part(new.subject, ':', -1)) > 0;
    if new.subject like 'user:%' then
      delete from app.sessions where 'user:' || user_id = new.subject;
      delete from app.credentials where 'user:' || user_id = new.subject;
      delete from app.verification_codes where 'user:' || user_id = new.subject;
    end if;
    return null;
  end $$`;

/**
 * What was answered is forgotten with the person, but not that the command was carried out: who repeats it must not have
 * it carried out again.
 */
export class ForgottenAnswers1790000045000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      forgetting('update app.idempotency set status = null, headers = null, body = null, leased_until = now()'),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(forgetting('delete from app.idempotency'));
  }
}
