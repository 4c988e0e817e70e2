import type { Pool } from 'pg';

/** A setting that cannot change differs from the value that the installation started with. */
export class OtherSetting extends Error {
  override readonly name = 'OtherSetting';
  constructor(name: string, value: string, kept: string) {
    super(`${name} is "${value}"; this installation has "${kept}" for good`);
  }
}

/**
 * Stores a setting of the installation the first time. Afterwards throws {@link OtherSetting} if the value differs.
 * `name` is the name of its variable.
 */
export async function keepSetting(pool: Pool, name: string, value: string): Promise<void> {
  await pool.query('insert into app.kept_settings values ($1, $2) on conflict do nothing', [name, value]);
  await ensureSetting(pool, name, value);
}

/**
 * Throws {@link OtherSetting} if the installation has stored another value. If it has stored none, any value passes.
 */
export async function ensureSetting(pool: Pool, name: string, value: string): Promise<void> {
  const { rows } = await pool.query<{ value: string }>('select value from app.kept_settings where name = $1', [name]);
  const kept = rows[0]?.value ?? value;
  if (kept !== value) throw new OtherSetting(name, value, kept);
}
