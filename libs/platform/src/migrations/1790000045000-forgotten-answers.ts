import type { MigrationInterface, QueryRunner } from 'typeorm';

export const forgetting = `
  create or replace function app.forget_subject() returns trigger language plpgsql as $$
  begin
    update app.idempotency set status = null, headers = null, body = null, leased_until = now()
      where strpos(body, split_part(new.subject, ':', -1)) > 0;
    return null;
  end $$`;

/**
 * What was answered is forgotten with the person, but not that the command was carried out: who repeats it must not have
 * it carried out again.
 */
export class ForgottenAnswers1790000045000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(forgetting);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function app.forget_subject() returns trigger language plpgsql as $$
      begin
        delete from app.idempotency where strpos(body, split_part(new.subject, ':', -1)) > 0;
        return null;
      end $$`);
  }
}
