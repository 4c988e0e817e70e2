import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forgetting } from './1790000045000-forgotten-answers';

/** Earlier builds had the same function forget a user's sessions, of which it now knows nothing. */
export class ForgetAnswersOnly1790000060500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(forgetting);
  }

  /** Whoever goes back further drops the function: it says there what it is to be. */
  async down(): Promise<void> {}
}
