import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Hash of the request whatever the order of its body's members; null: claimed by a build that did not know it. */
export class CanonicalRequests1790000051000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app.idempotency add column canonical_hash bytea');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app.idempotency drop column canonical_hash');
  }
}
