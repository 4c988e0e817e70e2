import type { MigrationInterface, QueryRunner } from 'typeorm';
import { LOCK_INSTALLATION, makeEngine } from '../tables/engine-schema';

/** Processes of earlier builds do the same at every start, under the same lock. */
export class ProjectionEngine1790000061000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LOCK_INSTALLATION);
    await runner.query(makeEngine);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema projecting cascade');
  }
}
