import { Injectable } from '@nestjs/common';
import { EventCodec } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { StoredNote } from './table';

/** The text is `null` once erased. */
export type NoteRow = Omit<StoredNote, 'text'> & { readonly text: string | null };

export interface NoteFilter {
  readonly customerId: Uuid;
  readonly kind?: string;
  /** Only those that the customer may read. */
  readonly shared?: boolean;
}

@Injectable()
export class NoteQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  async find(id: Uuid): Promise<NoteRow | undefined> {
    const sql = 'select * from read.customer_notes where id = $1';
    const [note] = await this.open(await this.readModels.query(sql, [id]));
    return note;
  }

  async list({ customerId, kind, shared }: NoteFilter, request: PageRequest): Promise<Page<NoteRow>> {
    const sql = `select * from read.customer_notes
      where customer_id = $1 and ($2::text is null or kind = $2) and ($3::boolean is null or shared = $3)`;
    const query = { sql, params: [customerId, kind, shared], sorts: ['-createdAt', 'kind'] as const };
    const found = await page<StoredNote>(this.readModels, query, request);
    return { ...found, items: await this.open(found.items) };
  }

  private async open(rows: readonly StoredNote[]): Promise<NoteRow[]> {
    const opened = await this.codec.unseal<NoteRow>(rows.map(({ text }) => text));
    return rows.map((row, i) => ({ ...row, text: opened[i]?.text ?? null }));
  }
}
