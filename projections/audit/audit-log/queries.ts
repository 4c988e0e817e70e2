import { Injectable } from '@nestjs/common';
import { type Ownership, rowsIn, type Scope } from '@yoyaku/access';
import { type Actor, EventCodec } from '@yoyaku/eventing';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { isReadModelMissing, type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { AuditRow } from './table';

export type AuditEntry = Omit<AuditRow, 'address' | 'personal'> & Pick<Actor, 'ip' | 'userAgent'>;

/**
 * Whether what is personal in an entry is shown; nulls stand in its place otherwise. To those who see every business it
 * is not: the people in it are not their matter.
 */
export const seesPeople = (scope: Scope): boolean => scope.as === 'business';

const OWNERSHIP: Ownership = { business: 'tenant_id' };

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
    const params = [id];
    const sql = `select * from read.audit_log where id = $1 and ${rowsIn(scope, OWNERSHIP, params)}`;
    const [entry] = await this.read(scope, await this.readModels.query<AuditRow>(sql, params));
    return entry;
  }

  /** Whose an event is; undefined while it is not in the log. */
  async tenantOf(id: Uuid): Promise<string | undefined> {
    const sql = 'select tenant_id from read.audit_log where id = $1';
    return (await this.readModels.find<Pick<AuditRow, 'tenantId'>>(sql, [id]))?.tenantId;
  }

  /** Position of the last event in the log; undefined if there is none, or no log. */
  async lastPosition(): Promise<bigint | undefined> {
    try {
      const last = await this.readModels.find<Pick<AuditRow, 'position'>>(
        'select position from read.audit_log order by position desc limit 1',
      );
      return last && BigInt(last.position);
    } catch (error) {
      if (isReadModelMissing(error)) return undefined;
      throw error;
    }
  }

  /** The events in the log between two positions (the first excluded), in order. */
  async *eventsBetween(after: bigint, upTo: bigint): AsyncIterable<LoggedEvent> {
    for (let from = after; ; ) {
      const rows = await this.readModels.query<AuditRow>(
        `select id, entity, entity_id, revision, position from read.audit_log
         where position > $1 and position <= $2 order by position limit 1000`,
        [String(from), String(upTo)],
      );
      for (const { id, entity, entityId, revision, position } of rows) {
        yield { id, stream: `${entity}-${entityId}`, revision, position: BigInt(position) };
      }
      const last = rows.at(-1);
      if (!last) return;
      from = BigInt(last.position);
    }
  }

  async list(scope: Scope, filter: AuditFilter, request: PageRequest): Promise<Page<AuditEntry>> {
    const params: unknown[] = [];
    const visible = rowsIn(scope, OWNERSHIP, params);
    const conditions = Object.entries(CONDITIONS).flatMap(([name, condition]) => {
      const value = filter[name as keyof AuditFilter];
      return value === undefined ? [] : [condition(`$${params.push(value)}`)];
    });
    const sql = `select * from read.audit_log where ${[visible, ...conditions].join(' and ')}`;
    const found = await page<AuditRow>(this.readModels, { sql, params, sorts: ['-position'] }, request);
    return { ...found, items: await this.read(scope, found.items) };
  }

  private async read(scope: Scope, rows: readonly AuditRow[]): Promise<AuditEntry[]> {
    const personal = seesPeople(scope);
    const addresses = await this.codec.addresses(rows.map(({ address }) => (personal ? address : null)));
    const values = await this.codec.unseal(rows.map((row) => (personal ? row.personal : null)));
    return rows.map(({ address: _, personal: __, changes, ...row }, i) => {
      const { ip = null, userAgent = null } = addresses[i] ?? {};
      return { ...row, ip, userAgent, changes: { ...changes, ...values[i] } };
    });
  }
}

const CONDITIONS: Record<keyof AuditFilter, (value: string) => string> = {
  tenantId: (value) => `tenant_id = ${value}`,
  actorId: (value) => `actor_id = ${value}`,
  entity: (value) => `entity = ${value}`,
  entityId: (value) => `entity_id = ${value}`,
  action: (value) => `action = ${value}`,
  from: (value) => `at >= ${value}`,
  to: (value) => `at < ${value}`,
};
