import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SubjectKeys1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.subject_keys (
        subject text primary key,
        wrapped bytea,
        created_at timestamptz not null default now(),
        destroyed_at timestamptz
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table app.subject_keys');
  }
}
