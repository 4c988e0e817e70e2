import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When outside calendars were looked at, and what came of it. Their addresses are in sealed events alone. */
export class OutsideCalendars1790000091000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.outside_calendars (
        calendar_id uuid primary key,
        looked_at timestamptz not null,
        refreshed_at timestamptz,
        failure jsonb,
        failing_since timestamptz,
        warnings jsonb not null
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table app.outside_calendars');
  }
}
