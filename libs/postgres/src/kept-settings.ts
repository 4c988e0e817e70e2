import type { Pool } from 'pg';

/** The installation has another value for a setting that it keeps for good. */
export class OtherSetting extends Error {
  override readonly name = 'OtherSetting';
  constructor(name: string, value: string, kept: string) {
    super(`${name} is "${value}"; this installation has "${kept}" for good`);
  }
}

/**
 * Keeps a setting of the installation the first time, and from then on throws {@link OtherSetting} where it is another.
 * Its name is that of its variable.
 */
export async function keepSetting(pool: Pool, name: string, value: string): Promise<void> {
  await pool.query('insert into app.kept_settings values ($1, $2) on conflict do nothing', [name, value]);
  await ensureSetting(pool, name, value);
}

/** Throws {@link OtherSetting} where the installation keeps another value. Where it keeps none yet, any is as good. */
export async function ensureSetting(pool: Pool, name: string, value: string): Promise<void> {
  const { rows } = await pool.query<{ value: string }>('select value from app.kept_settings where name = $1', [name]);
  const kept = rows[0]?.value ?? value;
  if (kept !== value) throw new OtherSetting(name, value, kept);
}
