import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Hash of the device that spent a refresh token; null: spent by a build that gave it nothing again. */
export class RefreshLeeway1790000052000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app.refresh_tokens add column spent_by bytea');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app.refresh_tokens drop column spent_by');
  }
}
