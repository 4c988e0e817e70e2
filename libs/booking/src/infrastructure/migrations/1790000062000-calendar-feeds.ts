import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Secret addresses of calendars: of a user's own bookings (no resource), or of a resource to one of the business's people.
 * Of the secret there is the hash alone.
 */
export class CalendarFeeds1790000062000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.calendar_feeds (
        hash bytea primary key,
        user_id uuid not null,
        business_id uuid,
        resource_id uuid,
        created_at timestamptz not null default now(),
        unique nulls not distinct (user_id, resource_id)
      );
      create function app.forget_calendar_feeds() returns trigger language plpgsql as $$
      begin
        delete from app.calendar_feeds where 'user:' || user_id = new.subject;
        return null;
      end $$;
      create trigger forget_calendar_feeds after insert or update on app.subject_keys
        for each row when (new.destroyed_at is not null and new.subject like 'user:%')
        execute function app.forget_calendar_feeds()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger forget_calendar_feeds on app.subject_keys;
      drop function app.forget_calendar_feeds();
      drop table app.calendar_feeds`);
  }
}
