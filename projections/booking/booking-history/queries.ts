import { Injectable } from '@nestjs/common';
import { EventCodec } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { HistoryRow } from './table';

export type BookingHistoryRow = Omit<HistoryRow, 'personal'>;

@Injectable()
export class BookingHistoryQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  /** In the order in which it happened. */
  async of({ kind, id }: { kind: string; id: Uuid }, request: PageRequest): Promise<Page<BookingHistoryRow>> {
    const sql = 'select * from read.booking_history where kind = $1 and booking_id = $2';
    const found = await page<HistoryRow>(this.readModels, { sql, params: [kind, id], sorts: ['position'] }, request);
    const values = await this.codec.unseal(found.items.map(({ personal }) => personal));
    const items = found.items.map(({ personal: _, data, ...row }, i) => ({ ...row, data: { ...data, ...values[i] } }));
    return { ...found, items };
  }
}
