import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Settings that an installation has for good: with others it would not find what it has stored. */
export class KeptSettings1790000050000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table app.kept_settings (name text primary key, value text not null)');
    // What earlier builds have stored has no prefix.
    await runner.query(`
      do $$ begin
        if to_regclass('app.subject_keys') is not null then
          insert into app.kept_settings select 'ESDB_PREFIX', '' where exists (select from app.subject_keys);
        end if;
      end $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table app.kept_settings');
  }
}
