import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tells a key that is being made from one whose process died before its event. */
export class ApiKeysMade1790000093000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app.api_keys add column made_at timestamptz not null default now()');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app.api_keys drop column made_at');
  }
}
