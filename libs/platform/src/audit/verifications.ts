import { ensure, type Instant, newUuid, type Uuid } from '@yoyaku/kernel';
import { following } from '@yoyaku/postgres';
import type { Pool } from 'pg';
import type { Audit } from './auditor';
import type { AuditProgress } from './progress';

/** Everything from the first event, or only what came after the last signed checkpoint. */
export const VERIFIED_FROM = ['start', 'checkpoint'] as const;
export type VerifiedFrom = (typeof VERIFIED_FROM)[number];

/** `running`: requested and not ended, even if no process runs it yet. `done`: it reached its end, with any result. */
export const VERIFICATION_STATES = ['running', 'done', 'failed', 'cancelled'] as const;

/** An {@link Audit} as JSON: positions as text. */
export type AuditReport = Omit<Audit, 'position' | 'brokenCheckpoint' | 'witnessedTo'> & {
  readonly position: string;
  readonly brokenCheckpoint: string | null;
  readonly witnessedTo: string | null;
};

/** A verification of history. It continues in another process when the one that runs it dies. */
export interface Verification {
  readonly id: Uuid;
  readonly from: VerifiedFrom;
  readonly state: (typeof VERIFICATION_STATES)[number];
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly endedAt: Instant | null;
  /** Null at first, and again when another process takes it over. */
  readonly progress: AuditProgress | null;
  /** The result, when it is done. */
  readonly audit: AuditReport | null;
  /** Why it failed. */
  readonly error: string | null;
}

interface Row extends Pick<Verification, 'id' | 'state' | 'progress' | 'audit' | 'error'> {
  readonly scope: VerifiedFrom;
  readonly requested_by: string;
  readonly requested_at: Instant;
  readonly ended_at: Instant | null;
}

/** The requested verifications, in PostgreSQL. The process that runs them and those that show them share it. */
export class Verifications {
  constructor(private readonly pool: Pool) {}

  /** Requests a verification. If one of the same scope is running, returns that one. */
  async request(from: VerifiedFrom, by: string): Promise<Verification> {
    for (;;) {
      const { rows } = await this.pool.query<Row>(
        `with asked as (
           insert into app.audit_verifications (id, scope, requested_by) values ($1, $2, $3)
           on conflict (scope) where state = 'running' do nothing returning *)
         select * from asked
         union all select * from app.audit_verifications where scope = $2 and state = 'running'`,
        [newUuid(), from, by],
      );
      // No row: the running one ended between the two parts of the statement. Try again.
      if (rows[0]) return verificationOf(rows[0]);
    }
  }

  /** Throws `audit.verification_not_found`. */
  async get(id: Uuid): Promise<Verification> {
    const { rows } = await this.pool.query<Row>('select * from app.audit_verifications where id = $1', [id]);
    ensure(rows[0], 'audit.verification_not_found', { id });
    return verificationOf(rows[0]);
  }

  /** Yields its state at intervals, until it ends or the signal aborts. Throws `audit.verification_not_found`. */
  follow(id: Uuid, signal: AbortSignal): AsyncGenerator<Verification> {
    return following(
      () => this.get(id),
      ({ state }) => state !== 'running',
      signal,
    );
  }

  /** Throws `audit.verification_not_found` unless it is running. */
  async cancel(id: Uuid): Promise<void> {
    ensure(await this.end(id, 'cancelled'), 'audit.verification_not_found', { id });
  }

  /** Verifications that have not ended, the oldest first. */
  async running(): Promise<Verification[]> {
    const { rows } = await this.pool.query<Row>(
      `select * from app.audit_verifications where state = 'running' order by requested_at`,
    );
    return rows.map(verificationOf);
  }

  /** Writes the progress. False: it was cancelled. */
  async advance(id: Uuid, progress: AuditProgress | null): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `update app.audit_verifications set progress = $2 where id = $1 and state = 'running'`,
      [id, JSON.stringify(progress)],
    );
    return rowCount === 1;
  }

  async done(id: Uuid, audit: Audit): Promise<void> {
    await this.end(id, 'done', { audit: reportOf(audit) });
  }

  async failed(id: Uuid, error: string): Promise<void> {
    await this.end(id, 'failed', { error });
  }

  private async end(
    id: Uuid,
    state: Verification['state'],
    { audit, error }: Partial<Pick<Verification, 'audit' | 'error'>> = {},
  ): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `update app.audit_verifications set state = $2, ended_at = now(), audit = $3, error = $4
       where id = $1 and state = 'running'`,
      [id, state, audit ? JSON.stringify(audit) : null, error],
    );
    return rowCount === 1;
  }
}

/** The audit as JSON, as it is shown and stored. */
export const reportOf = ({ position, brokenCheckpoint, witnessedTo, ...audit }: Audit): AuditReport => ({
  ...audit,
  position: String(position),
  brokenCheckpoint: brokenCheckpoint === null ? null : String(brokenCheckpoint),
  witnessedTo: witnessedTo === null ? null : String(witnessedTo),
});

function verificationOf({ scope, requested_by, requested_at, ended_at, ...row }: Row): Verification {
  const { id, state, progress, audit, error } = row;
  return {
    id,
    from: scope,
    state,
    requestedBy: requested_by,
    requestedAt: requested_at,
    endedAt: ended_at,
    progress,
    audit,
    error,
  };
}
