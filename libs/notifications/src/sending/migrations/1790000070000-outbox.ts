import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The local outbox, and the turns by which a provider gets no more messages a minute than it takes. */
export class Outbox1790000070000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.outbox (
        id uuid not null,
        channel text not null,
        kind text not null,
        locale text not null,
        recipient text not null,
        subject text,
        text text not null,
        html text,
        headers jsonb not null,
        attachments jsonb not null,
        segments integer,
        subjects text[] not null,
        at timestamptz not null default clock_timestamp(),
        primary key (id, channel)
      );
      create index outbox_at on app.outbox (at desc, id desc);
      create index outbox_subjects on app.outbox using gin (subjects);
      create table app.sending_turns (
        channel text primary key,
        free_at timestamptz not null
      );
      create function app.forget_outbox() returns trigger language plpgsql as $$
      begin
        delete from app.outbox where subjects @> array[new.subject];
        return null;
      end $$;
      create trigger forget_outbox after insert or update on app.subject_keys
        for each row when (new.destroyed_at is not null) execute function app.forget_outbox()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger forget_outbox on app.subject_keys;
      drop function app.forget_outbox();
      drop table app.sending_turns;
      drop table app.outbox`);
  }
}
