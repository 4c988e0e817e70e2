import { randomBytes } from 'node:crypto';
import type { Notifications } from '@yoyaku/postgres';
import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { SubjectKeys } from '../envelope/pii';
import { MasterKeyMissing, MasterKeys, type WrappedKey } from './master-keys';

const DESTROYED = 'subject_key_destroyed';
/** A transaction commits after it has read its clock. */
const OVERLAP_SECONDS = 60;
/** Rows that are wrapped anew in one statement. */
const REWRAPPED = 500;

/**
 * The keys of data subjects in PostgreSQL, wrapped by a master key. When a key is destroyed its row stays, without the
 * key, so that no new key is ever made for that subject; the row says when the destruction was last confirmed. Keys are
 * cached only while this process is notified of keys that others destroy.
 */
export class PostgresSubjectKeys implements SubjectKeys {
  private readonly cache = new LRUCache<string, Buffer>({ max: 50_000 });
  private hearing = false;
  /**
   * Increases when a key is destroyed, and when notifications are lost: a key that was read before may be destroyed by
   * now, so it is not cached.
   */
  private epoch = 0;
  private readonly masters: MasterKeys;
  private readonly listeners: ((subject?: string) => void)[] = [];
  /**
   * The last subject whose key could not be read because its master key is missing here; undefined: not looked for yet.
   */
  private unreadable: string | null | undefined;

  constructor(
    private readonly pool: Pool,
    masterKey: Buffer,
    /** Former master keys: keys that they wrapped can still be read. */
    otherMasterKeys: readonly Buffer[] = [],
  ) {
    this.masters = new MasterKeys(masterKey, otherMasterKeys);
  }

  /** Begins to cache keys. Without it every key is read when it is needed. */
  async cacheWhileHearing(notifications: Notifications): Promise<void> {
    let lost: Moment = moment();
    await notifications.listen(DESTROYED, {
      onNotification: (subject) => this.forget(subject),
      onReconnected: () => void this.hearAgain(lost),
      onLost: () => {
        lost = moment();
        this.hearing = false;
        this.forget();
      },
    });
    this.hearing = true;
  }

  async ensure(subjects: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    return this.keysOf(subjects, async (missing) => {
      const offered = missing.map((subject) => this.masters.wrap(subject, randomBytes(32)).wrapped);
      const inserted = `insert into app.subject_keys (subject, wrapped, master)
        select subject, wrapped, $3 from unnest($1::text[], $2::bytea[]) as t (subject, wrapped) order by 1
        on conflict do nothing returning subject, wrapped, master`;
      const { rows } = await this.pool.query<KeyRow>(
        `with inserted as (${inserted})
         select * from inserted union all select subject, wrapped, master from app.subject_keys where subject = any($1)`,
        [missing, offered, this.masters.current],
      );
      const found = new Set(rows.map(({ subject }) => subject));
      const lostRace = missing.filter((subject) => !found.has(subject));
      return lostRace.length > 0 ? [...rows, ...(await this.read(lostRace))] : rows;
    });
  }

  find(subjects: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    return this.keysOf(subjects, (missing) => this.read(missing));
  }

  /** Whether this process lacks a master key that it needs, as far as it has noticed. */
  async lacksMasterKey(): Promise<boolean> {
    if (this.unreadable === undefined) this.unreadable = await this.wrappedByAnother();
    if (this.unreadable === null) return false;
    try {
      await this.find([this.unreadable]);
      this.unreadable = null;
    } catch (error) {
      if (!(error instanceof MasterKeyMissing)) throw error;
    }
    return this.unreadable !== null;
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

  /**
   * Wraps all keys of former master keys with the present one, while everything goes on. Returns how many those were.
   * Keys that are destroyed meanwhile stay destroyed.
   */
  async rewrap(): Promise<number> {
    let count = 0;
    for (let after = ''; ; ) {
      const { rows } = await this.pool.query<KeyRow & { wrapped: Buffer }>(
        `select subject, wrapped, master from app.subject_keys
         where wrapped is not null and master is distinct from $1 and subject > $2 order by subject limit ${REWRAPPED}`,
        [this.masters.current, after],
      );
      const last = rows.at(-1);
      if (!last) return count;
      after = last.subject;
      const rewrapped = rows.map(
        (row) => this.masters.wrap(row.subject, this.masters.unwrap(row.subject, row)).wrapped,
      );
      const { rowCount } = await this.pool.query(
        `update app.subject_keys k set wrapped = t.after, master = $4
         from unnest($1::text[], $2::bytea[], $3::bytea[]) as t (subject, before, after)
         where k.subject = t.subject and k.wrapped = t.before`,
        [rows.map(({ subject }) => subject), rows.map(({ wrapped }) => wrapped), rewrapped, this.masters.current],
      );
      count += rowCount ?? 0;
    }
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
    for (const { subject, wrapped, master } of await load([...missing])) {
      if (!wrapped) continue;
      const key = this.unwrap(subject, { wrapped, master });
      keys.set(subject, key);
      if (this.hearing && epoch === this.epoch) this.cache.set(subject, key);
    }
    return keys;
  }

  private unwrap(subject: string, key: WrappedKey): Buffer {
    try {
      return this.masters.unwrap(subject, key);
    } catch (error) {
      if (error instanceof MasterKeyMissing) this.unreadable = subject;
      throw error;
    }
  }

  /**
   * A subject whose key is wrapped by a master key that this process lacks. The query reads all rows, so it runs once.
   */
  private async wrappedByAnother(): Promise<string | null> {
    const text = 'select subject from app.subject_keys where wrapped is not null and master <> all($1) limit 1';
    const { rows } = await this.pool.query<{ subject: string }>(text, [this.masters.names]);
    return rows[0]?.subject ?? null;
  }

  private async read(subjects: readonly string[]): Promise<readonly KeyRow[]> {
    const text = 'select subject, wrapped, master from app.subject_keys where subject = any($1)';
    return (await this.pool.query<KeyRow>(text, [subjects])).rows;
  }

  /**
   * Decrypted states are forgotten only if a key was destroyed since notifications were lost. Otherwise they would have
   * to be read again from servers that may be away.
   */
  private async hearAgain(lost: Moment): Promise<void> {
    this.epoch += 1;
    this.hearing = true;
    const now = moment();
    const ago = Math.max(now.running - lost.running, now.clock - lost.clock);
    const secondsAgo = ago / 1_000 + OVERLAP_SECONDS;
    const text = `select from app.subject_keys where destroyed_at > clock_timestamp() - make_interval(secs => $1) limit 1`;
    const mayBeDestroyed = await this.pool.query(text, [secondsAgo]).then(
      ({ rows }) => rows.length > 0,
      () => true,
    );
    if (mayBeDestroyed) this.forget();
  }

  private forget(subject?: string): void {
    this.epoch += 1;
    if (subject === undefined) this.cache.clear();
    else this.cache.delete(subject);
    for (const listener of this.listeners) listener(subject);
  }
}

/** A moment by two clocks: one stands still while the machine sleeps, the other can be set back. */
interface Moment {
  readonly running: number;
  readonly clock: number;
}

const moment = (): Moment => ({ running: performance.now(), clock: Date.now() });

interface KeyRow {
  readonly subject: string;
  /** Null once destroyed. */
  readonly wrapped: Buffer | null;
  readonly master: string | null;
}
