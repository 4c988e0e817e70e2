import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What API keys are recognised by. Without a hash: revoked. */
export class ApiKeys1790000090000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.api_keys (
        id uuid primary key,
        business_id uuid not null,
        hash bytea,
        expires_at timestamptz,
        last_used_at timestamptz
      );
      create index on app.api_keys (business_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table app.api_keys');
  }
}
