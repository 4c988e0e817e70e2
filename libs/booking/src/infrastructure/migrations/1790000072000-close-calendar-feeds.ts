import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who sets a new password may do so because somebody else was in the account, and may have taken the addresses of its
 * calendars along: they end in the same transaction, also where a process of an earlier build sets the password.
 */
export class CloseCalendarFeeds1790000072000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function app.close_calendar_feeds() returns trigger language plpgsql as $$
      begin
        delete from app.calendar_feeds where user_id = new.user_id;
        return null;
      end $$;
      create trigger close_calendar_feeds after update of password_hash on app.credentials
        for each row execute function app.close_calendar_feeds()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger close_calendar_feeds on app.credentials;
      drop function app.close_calendar_feeds()`);
  }
}
