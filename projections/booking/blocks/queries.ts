import { Injectable } from '@nestjs/common';
import { type Ownership, rowsIn, type Scope } from '@yoyaku/access';
import { EventCodec } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { StoredBlock } from './table';

type Written = Readonly<Record<'reason', string | null>>;
export type BlockRow = Omit<StoredBlock, keyof Written> & Written;

const BLOCKS = 'select b.*, c.revision from read.blocks b join read.calendars c on c.id = b.resource_id';

/** Of a resource's own blocks: the resource is at a place, and whether that is the asker's matter was looked at. */
const OWNERSHIP: Ownership = { business: 'b.business_id', isPart: true };

@Injectable()
export class BlockQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  async find(scope: Scope, resourceId: Uuid, id: Uuid): Promise<BlockRow | undefined> {
    const params = [resourceId, id];
    const sql = `${BLOCKS} where resource_id = $1 and b.id = $2 and ${rowsIn(scope, OWNERSHIP, params)}`;
    const [block] = await this.open(await this.readModels.query(sql, params));
    return block;
  }

  async list(scope: Scope, resourceId: Uuid, request: PageRequest): Promise<Page<BlockRow>> {
    const params = [resourceId];
    const sql = `${BLOCKS} where resource_id = $1 and ${rowsIn(scope, OWNERSHIP, params)}`;
    const query = { sql, params, sorts: ['startsAt'] } as const;
    const found = await page<StoredBlock>(this.readModels, query, request);
    return { ...found, items: await this.open(found.items) };
  }

  private async open(rows: readonly StoredBlock[]): Promise<BlockRow[]> {
    const written = await this.codec.unseal<Written>(rows.map(({ reason }) => reason));
    return rows.map((row, i) => ({ ...row, reason: written[i]?.reason ?? null }));
  }
}
