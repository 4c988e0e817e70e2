import { Injectable } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { Pool, type PoolClient } from 'pg';
import { verifyPassword } from './password-hash';

/** Password hashes; they never enter events. */
@Injectable()
export class Credentials {
  constructor(private readonly pool: Pool) {}

  async set(userId: Uuid, passwordHash: string, on: Pool | PoolClient = this.pool): Promise<void> {
    await on.query(
      `insert into app.credentials (user_id, password_hash) values ($1, $2)
       on conflict (user_id) do update set password_hash = excluded.password_hash, changed_at = now()`,
      [userId, passwordHash],
    );
  }

  /**
   * The stored hash, if the password matches it. It takes the same time if there is no password, or no user (`null`).
   */
  async verify(userId: Uuid | null, password: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ password_hash: string }>(
      'select password_hash from app.credentials where user_id = $1',
      [userId],
    );
    const stored = rows[0]?.password_hash;
    return (await verifyPassword(password, stored)) ? stored : undefined;
  }
}
