import { Injectable } from '@nestjs/common';
import { type Actor, EventCodec } from '@yoyaku/eventing';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { isReadModelMissing, type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { AuditRow } from './table';

export type AuditEntry = Omit<AuditRow, 'address' | 'personal'> & Pick<Actor, 'ip' | 'userAgent'>;

/** Whether personal data in an entry is decrypted. Otherwise it is null. */
export interface Sight {
  readonly personal: boolean;
}

const SEALED: Sight = { personal: false };

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

  async find(id: Uuid, sight: Sight = SEALED): Promise<AuditEntry | undefined> {
    const rows = await this.readModels.query<AuditRow>('select * from read.audit_log where id = $1', [id]);
    const [entry] = await this.read(rows, sight);
    return entry;
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

  /** The tenant of a thing; undefined if it has no events. */
  async tenantOf(entity: string, entityId: string): Promise<string | undefined> {
    const sql = 'select tenant_id from read.audit_log where entity = $1 and entity_id = $2 limit 1';
    return (await this.readModels.find<Pick<AuditRow, 'tenantId'>>(sql, [entity, entityId]))?.tenantId;
  }

  async list(filter: AuditFilter, request: PageRequest, sight: Sight = SEALED): Promise<Page<AuditEntry>> {
    const params: unknown[] = [];
    const conditions = Object.entries(CONDITIONS).flatMap(([name, condition]) => {
      const value = filter[name as keyof AuditFilter];
      return value === undefined ? [] : [condition(`$${params.push(value)}`)];
    });
    const sql = `select * from read.audit_log ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}`;
    const found = await page<AuditRow>(this.readModels, { sql, params, sorts: ['-position'] }, request);
    return { ...found, items: await this.read(found.items, sight) };
  }

  private async read(rows: readonly AuditRow[], { personal }: Sight): Promise<AuditEntry[]> {
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
