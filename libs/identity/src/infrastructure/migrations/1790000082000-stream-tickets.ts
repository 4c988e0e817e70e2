import type { MigrationInterface, QueryRunner } from 'typeorm';

export class StreamTickets1790000082000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.stream_tickets (
        id uuid primary key,
        hash bytea not null,
        user_id uuid not null,
        session_id uuid not null,
        token_expires_at timestamptz not null,
        expires_at timestamptz not null)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table app.stream_tickets');
  }
}
