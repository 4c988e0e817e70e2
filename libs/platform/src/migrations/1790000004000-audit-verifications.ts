import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuditVerifications1790000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.audit_verifications (
        id uuid primary key,
        scope text not null,
        state text not null default 'running',
        requested_by text not null,
        requested_at timestamptz not null default now(),
        ended_at timestamptz,
        progress jsonb,
        audit jsonb,
        error text
      );
      create unique index on app.audit_verifications (scope) where state = 'running'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table app.audit_verifications');
  }
}
