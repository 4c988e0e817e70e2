import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '@yoyaku/composition';
import { deriveUuid, newUuid, now, type Uuid } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import type { Pool } from 'pg';
import { InjectConfig } from '../../../config';
import { Problem } from '../problems/problem';
import { Batcher } from './batcher';
import type { RequestHashes } from './request-hashes';

/** A stored answer. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The right to run a command, until its answer is stored or the process dies. */
export interface Claim {
  /**
   * Derived from principal, route and key. The column is `command_id`, because earlier builds kept the command's id in
   * it.
   */
  readonly id: Uuid;
  /** The command's id from the first claim. A process that takes the command over uses the same id. */
  readonly command: Uuid;
  /** An earlier claim was not finished, so the command may already have taken effect. */
  readonly repeated: boolean;
  readonly hashes: RequestHashes;
  /** Identifies this claim, in contrast to one that takes it over. */
  readonly holder: Uuid;
  /** When it was last known to be held (`performance.now()`). */
  heldAt: number;
}

type Attempt = Omit<Claim, 'repeated'>;

type Won = Pick<Claim, 'command' | 'repeated'>;

interface Held {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: string | null;
  readonly as_sent: string;
  /** Null: claimed by the previous build. */
  readonly canonical: string | null;
  readonly command: Uuid | null;
}

const PATIENCE_MS = 5_000;
const LEASE = `interval '3 seconds'`;
const RENEW_EVERY_MS = 1_000;
/** So long nobody asks whether a claim is still held: a lease lasts longer, and so does a restart of PostgreSQL. */
const TRUSTED_MS = 250;
const POLL = { first: 10, most: 100 };

/**
 * First answers to commands with an `Idempotency-Key`, kept in PostgreSQL for all api processes. A claim is a lease
 * that its process renews while the command runs. When the process dies the lease expires, and the next request takes
 * it over.
 *
 * Claims with a key are not flushed to disk: one that is lost in a crash of PostgreSQL is made again, and the event store
 * knows whether the command took effect. Answers are flushed before they are sent, because they exist nowhere else.
 */
@Injectable()
export class Idempotency implements OnApplicationShutdown {
  private readonly pool: Pool;
  private readonly durable: Pool;
  /** Claims of this process by id. */
  private readonly held = new Map<Uuid, Claim>();
  private readonly renewal: NodeJS.Timeout;
  private readonly claims = new Batcher<Attempt, Won | undefined>((attempts) => this.insert(attempts, this.pool));
  private readonly flushedClaims = new Batcher<Attempt, Won | undefined>((attempts) =>
    this.insert(attempts, this.durable),
  );
  private readonly answers = new Batcher<{ claim: Claim; answer: StoredAnswer }, boolean>((answered) =>
    this.store(answered),
  );

  constructor(@InjectConfig() { databaseUrl }: Config) {
    const options = { application_name: 'yoyaku idempotency' };
    this.pool = createPool(databaseUrl, { ...options, max: 3, settings: ['synchronous_commit=off'] });
    this.durable = createPool(databaseUrl, { ...options, max: 1 });
    this.renewal = setInterval(() => void this.renew(), RENEW_EVERY_MS).unref();
  }

  /**
   * A claim, or the stored answer. Waits while another request holds the claim. Throws 409
   * `idempotency.in_progress` after 5 s, 422 `idempotency.key_reused` when the request is another one.
   *
   * @param once the id of the command if nobody has claimed it yet, where it is derived from no request. It is known from
   * the claim alone, so that is flushed to disk. No UUIDv7: such a command is taken for one that never comes again.
   */
  async claim(id: Uuid, hashes: RequestHashes, once?: Uuid): Promise<Claim | StoredAnswer> {
    const command = once ?? commandOf(id, hashes.canonical);
    const attempt = { id, command, hashes, holder: newUuid(), heldAt: 0 };
    const deadline = performance.now() + PATIENCE_MS;
    for (let pause = POLL.first; ; pause = Math.min(POLL.most, pause * 2)) {
      const won = this.held.has(id) ? undefined : await this.tryClaim(attempt, once ? this.flushedClaims : this.claims);
      if (won) return won;
      const answer = await this.read(attempt);
      if (answer) return answer;
      if (performance.now() > deadline) {
        throw inProgress();
      }
      await delay(pause);
    }
  }

  /** The stored answer to that very request; undefined where there is none, or the key stands for another request. */
  async answerTo(id: Uuid, hashes: RequestHashes): Promise<StoredAnswer | undefined> {
    const row = await this.rowOf(id);
    return row && isOf(hashes, row) ? answerIn(row) : undefined;
  }

  /**
   * Stores the answer for repeats. If that fails it rejects, and the answer must not be sent. Throws 409
   * `idempotency.in_progress` if another process took the claim over; then that one's answer counts.
   */
  async complete(claim: Claim, answer: StoredAnswer): Promise<void> {
    try {
      if (!(await this.answers.add({ claim, answer }))) throw inProgress();
      this.held.delete(claim.id);
    } catch (error) {
      // Not awaited: what could not be stored is likely not to be released either.
      void this.release(claim);
      throw error;
    }
  }

  /**
   * Throws 409 `idempotency.in_progress` if another process took the claim over, or if it was lost in a crash of
   * PostgreSQL. A process that slept, or waited long for the event store, does not know.
   */
  async ensureHeld(claim: Claim): Promise<void> {
    const askedAt = performance.now();
    if (askedAt - claim.heldAt < TRUSTED_MS) return;
    const text = 'select 1 from app.idempotency where command_id = $1 and holder = $2';
    const { rowCount } = await this.pool.query(text, [claim.id, claim.holder]);
    if (rowCount === 0) throw inProgress();
    claim.heldAt = askedAt;
  }

  /** Releases a claim without an answer. The next request tries again. */
  async release(claim: Claim): Promise<void> {
    this.held.delete(claim.id);
    const text = 'update app.idempotency set leased_until = now() where command_id = $1 and holder = $2';
    await this.pool.query(text, [claim.id, claim.holder]).catch(() => {});
  }

  /** Releases a claim whose request was invalid. The key may be used again with a valid body. */
  async forget(claim: Claim): Promise<void> {
    this.held.delete(claim.id);
    const text = 'delete from app.idempotency where command_id = $1 and holder = $2 and status is null';
    await this.pool.query(text, [claim.id, claim.holder]).catch(() => {});
  }

  /** Forgets that stored answer, unless another one has taken its place. The next claim is for a new command. */
  async forgetAnswer(id: Uuid, { body }: StoredAnswer): Promise<void> {
    const text = 'delete from app.idempotency where command_id = $1 and body = $2 and status is not null';
    await this.pool.query(text, [id, body]);
  }

  /** Deletes answers that are older than a day. */
  async prune(): Promise<void> {
    await this.pool.query(`delete from app.idempotency where created_at < now() - interval '24 hours'`);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.renewal);
    await Promise.all([this.pool.end(), this.durable.end()]);
  }

  private async tryClaim(attempt: Attempt, claims: typeof this.claims): Promise<Claim | undefined> {
    const { id } = attempt;
    const claim = { ...attempt, repeated: false, heldAt: performance.now() };
    this.held.set(id, claim);
    try {
      const won = await claims.add(attempt);
      if (won) return Object.assign(claim, won);
    } catch (error) {
      this.held.delete(id);
      throw error;
    }
    this.held.delete(id);
    return undefined;
  }

  private async insert(attempts: Attempt[], pool: Pool): Promise<(Won | undefined)[]> {
    const { rows } = await pool.query<{ command_id: Uuid; command: Uuid | null; repeated: boolean }>({
      name: 'claim',
      text: `insert into app.idempotency as i (command_id, request_hash, canonical_hash, holder, command, leased_until)
       select id, hash, canonical, holder, command, now() + ${LEASE}
       from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::uuid[], $5::uuid[])
         as t (id, hash, canonical, holder, command) order by id
       on conflict (command_id) do update set holder = excluded.holder, leased_until = excluded.leased_until
       where i.status is null and i.leased_until <= now() and (
         i.canonical_hash = excluded.canonical_hash
         or i.canonical_hash is null and i.request_hash = excluded.request_hash
         or i.command is null
           and (i.command_id, i.request_hash) in (select id, older from unnest($1::uuid[], $6::bytea[]) as t (id, older))
       )
       returning command_id, command, xmax <> 0 as repeated`,
      values: [
        attempts.map(({ id }) => id),
        attempts.map(({ hashes }) => bytea(hashes.asSent)),
        attempts.map(({ hashes }) => bytea(hashes.canonical)),
        attempts.map(({ holder }) => holder),
        attempts.map(({ command }) => command),
        attempts.map(({ hashes }) => bytea(hashes.older)),
      ],
    });
    const won = new Map(
      rows.map(({ command_id, command, repeated }) => [command_id, { command: command ?? command_id, repeated }]),
    );
    return attempts.map(({ id }) => won.get(id));
  }

  private async read({ id, hashes }: Attempt): Promise<StoredAnswer | undefined> {
    const row = await this.rowOf(id);
    if (row && !isOf(hashes, row)) throw new Problem(422, 'idempotency.key_reused');
    return row && answerIn(row);
  }

  private async rowOf(id: Uuid): Promise<Held | undefined> {
    const { rows } = await this.pool.query<Held>(
      `select status, headers, body, encode(request_hash, 'hex') as as_sent, encode(canonical_hash, 'hex') as canonical,
         command
       from app.idempotency where command_id = $1`,
      [id],
    );
    return rows[0];
  }

  /** Where the claim was lost meanwhile, its answer is kept all the same; not where it is another's by now. */
  private async store(answered: { claim: Claim; answer: StoredAnswer }[]): Promise<boolean[]> {
    const { rows } = await this.durable.query<{ command_id: Uuid }>({
      name: 'keep',
      text: `insert into app.idempotency as i (command_id, request_hash, canonical_hash, holder, command, leased_until, status, headers, body)
       select id, hash, canonical, holder, command, now(), status, headers, body
       from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::uuid[], $5::uuid[], $6::int[], $7::jsonb[], $8::text[])
         as t (id, hash, canonical, holder, command, status, headers, body) order by id
       on conflict (command_id) do update set status = excluded.status, headers = excluded.headers, body = excluded.body
       where i.holder = excluded.holder
       returning command_id`,
      values: [
        answered.map(({ claim }) => claim.id),
        answered.map(({ claim }) => bytea(claim.hashes.asSent)),
        answered.map(({ claim }) => bytea(claim.hashes.canonical)),
        answered.map(({ claim }) => claim.holder),
        answered.map(({ claim }) => claim.command),
        answered.map(({ answer }) => answer.status),
        answered.map(({ answer }) => JSON.stringify(answer.headers)),
        answered.map(({ answer }) => answer.body),
      ],
    });
    const kept = new Set(rows.map(({ command_id }) => command_id));
    return answered.map(({ claim }) => kept.has(claim.id));
  }

  /** The lease is long enough to miss a turn. A row that is locked is being answered: waiting for it could deadlock. */
  private async renew(): Promise<void> {
    if (this.held.size === 0) return;
    const claims = [...this.held.values()];
    await this.pool
      .query(
        `with free as (
           select i.command_id from app.idempotency i
           join unnest($1::uuid[], $2::uuid[]) as t (id, holder) on i.command_id = t.id and i.holder = t.holder
           where i.status is null
           for update of i skip locked
         )
         update app.idempotency i set leased_until = now() + ${LEASE} from free where i.command_id = free.command_id`,
        [claims.map(({ id }) => id), claims.map(({ holder }) => holder)],
      )
      .catch(() => {});
  }
}

const answerIn = ({ status, headers, body }: Held): StoredAnswer | undefined =>
  status === null || headers === null || body === null ? undefined : { status, headers, body };

/** Bytes in PostgreSQL's text form. */
const bytea = (hex: string): string => `\\x${hex}`;

const inProgress = (): Problem => new Problem(409, 'idempotency.in_progress', { headers: { 'retry-after': '1' } });

/** Whether a request is the one that was claimed; by what the build that claimed it knew of requests. */
function isOf({ canonical, asSent, older }: RequestHashes, row: Held): boolean {
  if (row.canonical) return row.canonical === canonical;
  return row.as_sent === asSent || (!row.command && row.as_sent === older);
}

/**
 * The id of a command that is claimed for the first time. Of the whole request, so that a key used again for another
 * one, its answer forgotten, is another command. Of the UTC day, so that the same request made again later, its answer
 * pruned, is a new command too; a claim lost in a crash is made again on the same day, and is the same command.
 */
const commandOf = (claimId: Uuid, requestHash: string): Uuid =>
  deriveUuid(claimId, requestHash, now().slice(0, '2000-01-01'.length));
