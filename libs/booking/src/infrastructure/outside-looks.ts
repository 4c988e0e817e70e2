import { Injectable } from '@nestjs/common';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { Pool } from 'pg';
import type { Warning } from '../application/outside/busy-times';

/** Why the last look at an outside calendar gave nothing; `status`: of the server's answer. */
export interface LookFailure {
  readonly code: string;
  readonly status: number | null;
}

/** How it stands with looking at an outside calendar. */
export interface OutsideLook {
  /** When it was read last; null: never. */
  readonly refreshedAt: Instant | null;
  /** Null: the last look succeeded. `since`: the first of the looks that failed without one between. */
  readonly failure: (LookFailure & { readonly since: Instant }) | null;
  readonly warnings: readonly Warning[];
}

export type Looked = { readonly failure: LookFailure } | { readonly warnings: readonly Warning[] };

interface Row {
  readonly refreshedAt: Instant | null;
  readonly failure: LookFailure | null;
  readonly failingSince: Instant | null;
  readonly warnings: readonly Warning[];
}

const COLUMNS = `refreshed_at as "refreshedAt", failure, failing_since as "failingSince", warnings`;

/**
 * When each outside calendar was looked at, and what came of it. It is no history: a look that changes nothing is no
 * event. Looks that end out of order leave what the later one found.
 */
@Injectable()
export class OutsideLooks {
  constructor(private readonly pool: Pool) {}

  async put(calendarId: Uuid, at: Instant, looked: Looked): Promise<OutsideLook> {
    const failure = 'failure' in looked ? JSON.stringify(looked.failure) : null;
    const warnings = 'warnings' in looked ? JSON.stringify(looked.warnings) : null;
    await this.pool.query(
      `insert into app.outside_calendars as known (calendar_id, looked_at, refreshed_at, failure, failing_since, warnings)
       values ($1, $2, case when $3::jsonb is null then $2::timestamptz end, $3,
               case when $3::jsonb is not null then $2::timestamptz end, coalesce($4::jsonb, '[]'))
       on conflict (calendar_id) do update set
         looked_at = excluded.looked_at,
         refreshed_at = coalesce(excluded.refreshed_at, known.refreshed_at),
         failure = excluded.failure,
         failing_since = case when excluded.failure is not null then coalesce(known.failing_since, excluded.looked_at) end,
         warnings = case when excluded.failure is null then excluded.warnings else known.warnings end
       where known.looked_at <= excluded.looked_at`,
      [calendarId, at, failure, warnings],
    );
    return this.of(calendarId);
  }

  /** Of one that nobody has looked at yet too. */
  async of(calendarId: Uuid): Promise<OutsideLook> {
    return (await this.ofAll([calendarId])).get(calendarId) ?? NEVER;
  }

  async ofAll(calendarIds: readonly Uuid[]): Promise<ReadonlyMap<Uuid, OutsideLook>> {
    const { rows } = await this.pool.query<Row & { readonly id: Uuid }>(
      `select calendar_id as id, ${COLUMNS} from app.outside_calendars where calendar_id = any($1)`,
      [calendarIds],
    );
    return new Map(rows.map((row) => [row.id, lookOf(row)]));
  }

  async forget(calendarId: Uuid): Promise<void> {
    await this.pool.query('delete from app.outside_calendars where calendar_id = $1', [calendarId]);
  }
}

export const NEVER: OutsideLook = { refreshedAt: null, failure: null, warnings: [] };

const lookOf = ({ refreshedAt, failure, failingSince, warnings }: Row): OutsideLook => ({
  refreshedAt,
  failure: failure && failingSince && { ...failure, since: failingSince },
  warnings,
});
