import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SubjectKeys } from '@yoyaku/eventing';
import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { Notifications } from './notifications';

const DESTROYED = 'subject_key_destroyed';
const NONCE = 12;
const TAG = 16;

/**
 * The keys of data subjects in PostgreSQL, wrapped by the master key (AES-256-GCM, bound to the subject). Of a
 * destroyed key a row without key stays, so that no new one is ever made for that subject; it tells when that was last
 * made sure of. Keys are cached only while destructions elsewhere are heard of.
 */
export class PostgresSubjectKeys implements SubjectKeys {
  private readonly cache = new LRUCache<string, Buffer>({ max: 50_000 });
  private hearing = false;
  /** Grows with every destruction and loss of hearing; a key read before may be gone by now and is not cached. */
  private epoch = 0;
  private readonly listeners: ((subject?: string) => void)[] = [];

  constructor(
    private readonly pool: Pool,
    private readonly masterKey: Buffer,
  ) {}

  /** Begins to cache keys. Without it every key is read when it is needed. */
  async cacheWhileHearing(notifications: Notifications): Promise<void> {
    await notifications.listen(DESTROYED, {
      onNotification: (subject) => this.forget(subject),
      onReconnected: () => {
        this.hearing = true;
        this.forget();
      },
      onLost: () => {
        this.hearing = false;
        this.forget();
      },
    });
    this.hearing = true;
  }

  async ensure(subjects: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    return this.keysOf(subjects, async (missing) => {
      const offered = missing.map((subject) => this.wrap(subject, randomBytes(32)));
      const inserted = `insert into app.subject_keys (subject, wrapped)
        select * from unnest($1::text[], $2::bytea[]) order by 1
        on conflict do nothing returning subject, wrapped`;
      const { rows } = await this.pool.query<KeyRow>(
        `with inserted as (${inserted})
         select * from inserted union all select subject, wrapped from app.subject_keys where subject = any($1)`,
        [missing, offered],
      );
      const found = new Set(rows.map(({ subject }) => subject));
      const lostRace = missing.filter((subject) => !found.has(subject));
      return lostRace.length > 0 ? [...rows, ...(await this.read(lostRace))] : rows;
    });
  }

  find(subjects: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    return this.keysOf(subjects, (missing) => this.read(missing));
  }

  async destroy(subject: string): Promise<void> {
    await this.pool.query(
      `with destroyed as (
         insert into app.subject_keys (subject, wrapped, destroyed_at) values ($1, null, now())
         on conflict (subject) do update set wrapped = null, destroyed_at = now()
         returning subject)
       select pg_notify('${DESTROYED}', subject) from destroyed`,
      [subject],
    );
    this.forget(subject);
  }

  onDestroyed(listener: (subject?: string) => void): void {
    this.listeners.push(listener);
  }

  private async keysOf(
    subjects: readonly string[],
    load: (missing: string[]) => Promise<readonly KeyRow[]>,
  ): Promise<ReadonlyMap<string, Buffer>> {
    const keys = new Map<string, Buffer>();
    const missing = new Set<string>();
    for (const subject of subjects) {
      const key = this.cache.get(subject);
      if (key) keys.set(subject, key);
      else missing.add(subject);
    }
    if (missing.size === 0) return keys;
    const epoch = this.epoch;
    for (const { subject, wrapped } of await load([...missing])) {
      if (!wrapped) continue;
      const key = this.unwrap(subject, wrapped);
      keys.set(subject, key);
      if (this.hearing && epoch === this.epoch) this.cache.set(subject, key);
    }
    return keys;
  }

  private async read(subjects: readonly string[]): Promise<readonly KeyRow[]> {
    const text = 'select subject, wrapped from app.subject_keys where subject = any($1)';
    return (await this.pool.query<KeyRow>(text, [subjects])).rows;
  }

  private forget(subject?: string): void {
    this.epoch += 1;
    if (subject === undefined) this.cache.clear();
    else this.cache.delete(subject);
    for (const listener of this.listeners) listener(subject);
  }

  private wrap(subject: string, key: Buffer): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.masterKey, nonce).setAAD(Buffer.from(subject));
    return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws when the row was altered or wrapped by another master key. */
  private unwrap(subject: string, wrapped: Buffer): Buffer {
    const decipher = createDecipheriv('aes-256-gcm', this.masterKey, wrapped.subarray(0, NONCE))
      .setAAD(Buffer.from(subject))
      .setAuthTag(wrapped.subarray(-TAG));
    return Buffer.concat([decipher.update(wrapped.subarray(NONCE, -TAG)), decipher.final()]);
  }
}

interface KeyRow {
  readonly subject: string;
  /** Null once destroyed. */
  readonly wrapped: Buffer | null;
}
