import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A key belongs to a kind of subject and its id: `customer:0190…`. Keys under the id alone are of earlier builds, of
 * which only customers could be erased: they stay erased, and nobody else who has the same id is.
 */
export class SubjectKinds1790000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      insert into app.subject_keys (subject, wrapped, destroyed_at)
        select 'customer:' || subject, null, destroyed_at from app.subject_keys
        where destroyed_at is not null and strpos(subject, ':') = 0
        on conflict do nothing`);
  }

  async down(): Promise<void> {}
}
