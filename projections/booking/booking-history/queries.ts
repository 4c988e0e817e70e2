import { Injectable } from '@nestjs/common';
import { EventCodec } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels } from '@yoyaku/projecting';
import { In, Not } from 'typeorm';
import { bookingHistory, type HistoryRow } from './table';

export type BookingHistoryRow = Omit<HistoryRow, 'personal'>;

@Injectable()
export class BookingHistoryQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  /** In the order in which it happened, without events of these types. */
  async of(
    { kind, id }: { kind: string; id: Uuid },
    request: PageRequest,
    without: readonly string[] = [],
  ): Promise<Page<BookingHistoryRow>> {
    const found = await this.readModels
      .unscoped(bookingHistory)
      .where({ kind, bookingId: id, type: Not(In([...without])) })
      .page(['position'], request);
    const values = await this.codec.unseal(found.items.map(({ personal }) => personal));
    const items = found.items.map(({ personal: _, data, ...row }, i) => ({ ...row, data: { ...data, ...values[i] } }));
    return { ...found, items };
  }
}
