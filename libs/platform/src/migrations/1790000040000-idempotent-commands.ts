import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which command was claimed; null: claimed by a build to which the claim's id was the command's. */
export class IdempotentCommands1790000040000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app.idempotency add column command uuid');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app.idempotency drop column command');
  }
}
