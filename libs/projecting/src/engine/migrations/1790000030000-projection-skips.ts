import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Events that read models pass over, by an admin's decision. They are no read models, and cannot be rebuilt: so they are
 * kept where backups look. Those of earlier builds stood in the engine's own schema, for one version each.
 */
export class ProjectionSkips1790000030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.projection_skips (
        projection text,
        event_id uuid,
        failure jsonb not null,
        reason text not null,
        skipped_by text not null,
        skipped_at timestamptz not null default now(),
        primary key (projection, event_id)
      )`);
    await runner.query(`
      do $$ begin
        if to_regclass('projecting.skips') is not null then
          insert into app.projection_skips
          select distinct on (projection, event_id) projection, event_id, failure, reason, skipped_by, skipped_at
          from projecting.skips order by projection, event_id, version;
        end if;
      end $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table app.projection_skips');
  }
}
