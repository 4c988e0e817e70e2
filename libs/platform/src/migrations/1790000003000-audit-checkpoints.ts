import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuditCheckpoints1790000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.audit_checkpoints (
        position numeric(20) primary key,
        events bigint not null,
        hash text not null,
        taken_at timestamptz not null,
        signature text not null
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table app.audit_checkpoints');
  }
}
