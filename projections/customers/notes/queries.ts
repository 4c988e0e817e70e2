import { Injectable } from '@nestjs/common';
import { type Ownership, rowsIn, type Scope } from '@yoyaku/access';
import { EventCodec } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { StoredNote } from './table';

/** The text is `null` once erased. */
export type NoteRow = Omit<StoredNote, 'text'> & { readonly text: string | null };

export interface NoteFilter {
  readonly customerId: Uuid;
  readonly kind?: string;
}

/** Notes are about a customer, who is in the scope: their own they read as far as the notes are shared. */
const OWNERSHIP: Ownership = { business: 'business_id', isPart: true };

const readable = (scope: Scope, params: unknown[]): string =>
  `${rowsIn(scope, OWNERSHIP, params)} and ${scope.as === 'self' ? 'shared' : 'true'}`;

@Injectable()
export class NoteQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  async find(scope: Scope, id: Uuid): Promise<NoteRow | undefined> {
    const params = [id];
    const sql = `select * from read.customer_notes where id = $1 and ${readable(scope, params)}`;
    const [note] = await this.open(await this.readModels.query(sql, params));
    return note;
  }

  async list(scope: Scope, { customerId, kind }: NoteFilter, request: PageRequest): Promise<Page<NoteRow>> {
    const params: unknown[] = [customerId, kind];
    const sql = `select * from read.customer_notes
      where customer_id = $1 and ($2::text is null or kind = $2) and ${readable(scope, params)}`;
    const query = { sql, params, sorts: ['-createdAt', 'kind'] as const };
    const found = await page<StoredNote>(this.readModels, query, request);
    return { ...found, items: await this.open(found.items) };
  }

  private async open(rows: readonly StoredNote[]): Promise<NoteRow[]> {
    const opened = await this.codec.unseal<NoteRow>(rows.map(({ text }) => text));
    return rows.map((row, i) => ({ ...row, text: opened[i]?.text ?? null }));
  }
}
