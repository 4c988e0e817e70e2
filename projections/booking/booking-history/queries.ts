import { Injectable } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { BookingHistoryRow } from './table';

@Injectable()
export class BookingHistoryQueries {
  constructor(private readonly readModels: ReadModels) {}

  /** In the order in which it happened. */
  of(bookingId: Uuid, request: PageRequest): Promise<Page<BookingHistoryRow>> {
    const sql = 'select * from read.booking_history where booking_id = $1';
    return page(this.readModels, { sql, params: [bookingId], sorts: ['position'] }, request);
  }
}
