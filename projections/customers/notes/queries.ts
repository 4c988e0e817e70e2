import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import { EventCodec } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels, type Selection } from '@yoyaku/projecting';
import { notes, type StoredNote } from './table';

/** The text is `null` once erased. */
export type NoteRow = Omit<StoredNote, 'text'> & { readonly text: string | null };

export interface NoteFilter {
  readonly customerId: Uuid;
  readonly kind?: string;
}

/** Notes are about a customer, who is in the scope: their own they read as far as the notes are shared. */
const OWNERSHIP = { business: 'businessId', isPart: true } as const;

@Injectable()
export class NoteQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  async find(scope: Scope, id: Uuid): Promise<NoteRow | undefined> {
    const found = await this.readable(scope).where({ id }).first();
    return found && (await this.open([found]))[0];
  }

  async list(scope: Scope, filter: NoteFilter, request: PageRequest): Promise<Page<NoteRow>> {
    const found = await this.readable(scope).where(filter).page(['-createdAt', 'kind'], request);
    return { ...found, items: await this.open(found.items) };
  }

  private readable(scope: Scope): Selection<StoredNote> {
    const shared = scope.as === 'self' || undefined;
    return this.readModels.select(notes, scope, OWNERSHIP).where({ shared });
  }

  private async open(rows: readonly StoredNote[]): Promise<NoteRow[]> {
    const opened = await this.codec.unseal<NoteRow>(rows.map(({ text }) => text));
    return rows.map((row, i) => ({ ...row, text: opened[i]?.text ?? null }));
  }
}
