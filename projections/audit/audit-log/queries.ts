import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import { type Actor, EventCodec } from '@yoyaku/eventing';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { isReadModelMissing, type Page, type PageRequest, ReadModels } from '@yoyaku/projecting';
import { And, LessThan, LessThanOrEqual, MoreThan, MoreThanOrEqual } from 'typeorm';
import { type AuditRow, auditLog } from './table';

export type AuditEntry = Omit<AuditRow, 'address' | 'personal'> & Pick<Actor, 'ip' | 'userAgent'>;

/**
 * Whether what is personal in an entry is shown; nulls stand in its place otherwise. To those who see every business it
 * is not: the people in it are not their matter.
 */
export const seesPeople = (scope: Scope): boolean => scope.as === 'business';

const OWNERSHIP = { business: 'tenantId' } as const;

export interface AuditFilter {
  readonly tenantId?: string;
  readonly actorId?: string;
  readonly entity?: string;
  readonly entityId?: string;
  readonly action?: string;
  readonly from?: Instant;
  /** Before this moment. */
  readonly to?: Instant;
}

/** Which event was recorded, and where. */
export interface LoggedEvent {
  readonly id: Uuid;
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
}

@Injectable()
export class AuditQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  async find(scope: Scope, id: Uuid): Promise<AuditEntry | undefined> {
    const found = await this.readModels.select(auditLog, scope, OWNERSHIP).where({ id }).first();
    return found && (await this.read(scope, [found]))[0];
  }

  /** Whose an event is; undefined while it is not in the log. */
  async tenantOf(id: Uuid): Promise<string | undefined> {
    return (await this.readModels.unscoped(auditLog).where({ id }).only('tenantId').first())?.tenantId;
  }

  /** Position of the last event in the log; undefined if there is none, or no log. */
  async lastPosition(): Promise<bigint | undefined> {
    try {
      const [last] = await this.readModels.unscoped(auditLog).only('position').ordered('-position', 1);
      return last && BigInt(last.position);
    } catch (error) {
      if (isReadModelMissing(error)) return undefined;
      throw error;
    }
  }

  /** The events in the log between two positions (the first excluded), in order. */
  async *eventsBetween(after: bigint, upTo: bigint): AsyncIterable<LoggedEvent> {
    for (let from = after; ; ) {
      const rows = await this.readModels
        .unscoped(auditLog)
        .where({ position: And(MoreThan(Number(from)), LessThanOrEqual(Number(upTo))) })
        .only('id', 'entity', 'entityId', 'revision', 'position')
        .ordered('position', 1000);
      for (const { id, entity, entityId, revision, position } of rows) {
        yield { id, stream: `${entity}-${entityId}`, revision, position: BigInt(position) };
      }
      const last = rows.at(-1);
      if (!last) return;
      from = BigInt(last.position);
    }
  }

  async list(scope: Scope, { from, to, ...filter }: AuditFilter, request: PageRequest): Promise<Page<AuditEntry>> {
    const found = await this.readModels
      .select(auditLog, scope, OWNERSHIP)
      .where({ ...filter, at: from && MoreThanOrEqual(from) })
      .where({ at: to && LessThan(to) })
      .page(['-position'], request);
    return { ...found, items: await this.read(scope, found.items) };
  }

  private async read(scope: Scope, rows: readonly AuditRow[]): Promise<AuditEntry[]> {
    const personal = seesPeople(scope);
    const addresses = await this.codec.addresses(rows.map(({ address }) => (personal ? address : null)));
    const values = await this.codec.unseal(rows.map((row) => (personal ? row.personal : null)));
    return rows.map(({ address: _, personal: __, changes, ...row }, i) => {
      const { ip = null, userAgent = null } = addresses[i] ?? {};
      const shown = this.codec.shown(row.entity, row.action, { ...changes, ...values[i] });
      return { ...row, ip, userAgent, changes: shown };
    });
  }
}
