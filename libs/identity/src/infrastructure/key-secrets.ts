import { Injectable, Logger } from '@nestjs/common';
import { DomainError, type Instant, type Uuid } from '@yoyaku/kernel';
import { transaction } from '@yoyaku/postgres';
import { Pool } from 'pg';
import { IdentityOptions } from '../identity.options';
import { hashOfKey, newKeyText, readKeyText } from './key-text';
import { sameHash } from './secret-token';

/** Keys of one business that are good at a time. */
const MOST = 100;

/** Whoever makes a key is done by then, or has died. */
const MADE_WITHIN = '10 minutes';

/** When a key was last used is known this closely, so that few requests write. */
const USED_EVERY = '5 minutes';

/** Compared with where there is no such key, so that it takes as long. */
const OF_NOBODY = Buffer.alloc(32);

/** What API keys are recognised by: hashes, from which nobody can make a key. */
@Injectable()
export class KeySecrets {
  private readonly logger = new Logger(KeySecrets.name);

  constructor(
    private readonly pool: Pool,
    private readonly options: IdentityOptions,
  ) {}

  /**
   * The text of a new key. Where the command that makes it was begun before, and whoever sent it was never told the text, it
   * gets another one. Throws `api_key.too_many`.
   */
  async issue(id: Uuid, businessId: Uuid, expiresAt: Instant | null): Promise<string> {
    const key = newKeyText(id);
    const { rowCount } = await transaction(this.pool, async (client) => {
      // Those who make keys of one business at once count one another's.
      await client.query(`select pg_advisory_xact_lock(hashtextextended('api keys of ' || $1, 0))`, [businessId]);
      return client.query(
        `insert into app.api_keys (id, business_id, hash, expires_at) select $1, $2, $3, $4
         where (select count(*) from app.api_keys
                where business_id = $2 and id <> $1 and hash is not null and (expires_at is null or expires_at > now())) < ${MOST}
         on conflict (id) do update set hash = excluded.hash`,
        [id, businessId, hashOfKey(key, this.options.appSecret), expiresAt],
      );
    });
    if (rowCount === 0) throw new DomainError('api_key.too_many', { limit: MOST });
    return key.text;
  }

  /**
   * The key of which that is the text. Whether it may still be used, the key itself says; one that was revoked is
   * unknown here at once, in whichever process. Undefined for every other text, after the same time.
   */
  async idOf(text: string): Promise<Uuid | undefined> {
    const key = readKeyText(text);
    if (!key) return undefined;
    const { rows } = await this.pool.query<{ hash: Buffer | null; isNew: boolean }>(
      `select hash, last_used_at is null or last_used_at < now() - interval '${USED_EVERY}' as "isNew"
       from app.api_keys where id = $1`,
      [key.id],
    );
    const isGood = sameHash(rows[0]?.hash ?? OF_NOBODY, hashOfKey(key, this.options.appSecret));
    if (!isGood) return undefined;
    if (rows[0]?.isNew) await this.used(key.id);
    return key.id;
  }

  /** Whether a key that was good before still is. */
  async has(id: Uuid): Promise<boolean> {
    const { rowCount } = await this.pool.query('select from app.api_keys where id = $1 and hash is not null', [id]);
    return rowCount === 1;
  }

  /** Those that count as keys of the business, and are not being made just now. */
  async counted(businessId: Uuid): Promise<Uuid[]> {
    const { rows } = await this.pool.query<{ id: Uuid }>(
      `select id from app.api_keys
       where business_id = $1 and hash is not null and made_at < now() - interval '${MADE_WITHIN}'`,
      [businessId],
    );
    return rows.map(({ id }) => id);
  }

  /** Nobody was told that text. Where the key has another one by now, that is as good as before. */
  async withdraw(text: string): Promise<void> {
    const key = readKeyText(text);
    if (!key) return;
    const hash = hashOfKey(key, this.options.appSecret);
    await this.pool.query('update app.api_keys set hash = null where id = $1 and hash = $2', [key.id, hash]);
  }

  /** From now on nobody has the key. */
  async destroy(id: Uuid): Promise<void> {
    await this.pool.query('update app.api_keys set hash = null where id = $1', [id]);
  }

  /** When each was last used, to some minutes; those that never were are left out. */
  async lastUsed(ids: readonly Uuid[]): Promise<ReadonlyMap<Uuid, Instant>> {
    const { rows } = await this.pool.query<{ id: Uuid; at: Instant }>(
      'select id, last_used_at as at from app.api_keys where id = any($1) and last_used_at is not null',
      [ids],
    );
    return new Map(rows.map(({ id, at }) => [id, at]));
  }

  /** A request is not refused because this cannot be written. */
  private async used(id: Uuid): Promise<void> {
    await this.pool
      .query(
        `update app.api_keys set last_used_at = now()
         where id = $1 and (last_used_at is null or last_used_at < now() - interval '${USED_EVERY}')`,
        [id],
      )
      .catch((error) => this.logger.warn(`Cannot write when an API key was used: ${error}`));
  }
}
