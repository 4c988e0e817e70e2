import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Http1790000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.idempotency (
        command_id uuid primary key,
        request_hash bytea not null,
        holder uuid not null,
        leased_until timestamptz not null,
        created_at timestamptz not null default now(),
        status integer,
        headers jsonb,
        body text
      ) with (fillfactor = 60);
      create index on app.idempotency using brin (created_at);
      create unlogged table app.rate_counts (
        bucket text not null,
        window_start bigint not null,
        count integer not null,
        counted_at timestamptz not null default now(),
        primary key (bucket, window_start)
      );
      create function app.forget_subject() returns trigger language plpgsql as $$
      begin
        delete from app.idempotency where strpos(body, new.subject) > 0;
        return null;
      end $$;
      create trigger forget_subject after insert or update on app.subject_keys
        for each row when (new.destroyed_at is not null) execute function app.forget_subject()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger forget_subject on app.subject_keys;
      drop function app.forget_subject();
      drop table app.rate_counts, app.idempotency`);
  }
}
