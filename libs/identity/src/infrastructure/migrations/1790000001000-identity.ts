import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Identity1790000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.credentials (
        user_id uuid primary key,
        password_hash text not null,
        changed_at timestamptz not null default now()
      );
      create table app.sessions (
        id uuid primary key,
        user_id uuid not null,
        platform text not null,
        ip text,
        user_agent text,
        created_at timestamptz not null default now(),
        last_used_at timestamptz not null default now(),
        expires_at timestamptz not null,
        revoked_at timestamptz
      );
      create index on app.sessions (user_id);
      create index on app.sessions (revoked_at) where revoked_at is not null;
      create index on app.sessions (expires_at);
      create table app.refresh_tokens (
        id uuid primary key,
        hash bytea not null,
        session_id uuid not null references app.sessions on delete cascade,
        expires_at timestamptz not null,
        spent_at timestamptz
      );
      create index on app.refresh_tokens (session_id);
      create table app.verification_codes (
        id uuid not null unique,
        user_id uuid not null,
        purpose text not null,
        hash bytea not null,
        expires_at timestamptz not null,
        primary key (user_id, purpose)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table app.verification_codes, app.refresh_tokens, app.sessions, app.credentials');
  }
}
