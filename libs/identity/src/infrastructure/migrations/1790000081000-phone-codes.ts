import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Codes sent to phones, and sessions that last longer than others. */
export class PhoneCodes1790000081000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.phone_codes (
        phone_name text primary key,
        message_id uuid not null unique,
        phone text not null,
        asked_at timestamptz not null,
        expires_at timestamptz not null,
        tries smallint not null default 0,
        used_at timestamptz
      );
      create index on app.phone_codes (expires_at);
      alter table app.sessions add column lifetime interval not null default '7 days'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table app.phone_codes; alter table app.sessions drop column lifetime');
  }
}
