import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which master key wrapped a subject's key; null: written by a build that knew only one. */
export class MasterKeys1790000035000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app.subject_keys add column master text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app.subject_keys drop column master');
  }
}
