import { Injectable } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { NoteRow } from './table';

export interface NoteFilter {
  readonly customerId: Uuid;
  readonly kind?: string;
  /** Only those that the customer may read. */
  readonly shared?: boolean;
}

@Injectable()
export class NoteQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(id: Uuid): Promise<NoteRow | undefined> {
    return this.readModels.find('select * from read.customer_notes where id = $1', [id]);
  }

  list({ customerId, kind, shared }: NoteFilter, request: PageRequest): Promise<Page<NoteRow>> {
    const sql = `select * from read.customer_notes
      where customer_id = $1 and ($2::text is null or kind = $2) and ($3::boolean is null or shared = $3)`;
    return page(this.readModels, { sql, params: [customerId, kind, shared], sorts: ['-createdAt', 'kind'] }, request);
  }
}
