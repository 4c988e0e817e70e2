import { Injectable } from '@nestjs/common';
import { EventCodec } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { StoredBlock } from './table';

type Written = Readonly<Record<'reason', string | null>>;
export type BlockRow = Omit<StoredBlock, keyof Written> & Written;

const BLOCKS = 'select b.*, c.revision from read.blocks b join read.calendars c on c.id = b.resource_id';

@Injectable()
export class BlockQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  async find(resourceId: Uuid, id: Uuid): Promise<BlockRow | undefined> {
    const sql = `${BLOCKS} where resource_id = $1 and b.id = $2`;
    const [block] = await this.open(await this.readModels.query(sql, [resourceId, id]));
    return block;
  }

  async list(resourceId: Uuid, request: PageRequest): Promise<Page<BlockRow>> {
    const sql = `${BLOCKS} where resource_id = $1`;
    const query = { sql, params: [resourceId], sorts: ['startsAt'] } as const;
    const found = await page<StoredBlock>(this.readModels, query, request);
    return { ...found, items: await this.open(found.items) };
  }

  private async open(rows: readonly StoredBlock[]): Promise<BlockRow[]> {
    const written = await this.codec.unseal<Written>(rows.map(({ reason }) => reason));
    return rows.map((row, i) => ({ ...row, reason: written[i]?.reason ?? null }));
  }
}
