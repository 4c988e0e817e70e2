import type { EventCatalog, Message, Uuid } from '@yoyaku/kernel';
import { plain } from '@yoyaku/kernel';

/** The category of the streams. */
export const NOTE = 'note';

export const NOTE_KINDS = ['allergy', 'preference', 'restriction', 'general'] as const;
export type NoteKind = (typeof NOTE_KINDS)[number];

export interface NoteDetails {
  readonly kind: NoteKind;
  /** `null` after erasure. */
  readonly text: string | null;
  /** Whether the customer may read it too. */
  readonly shared: boolean;
}

interface Note {
  readonly noteId: Uuid;
  readonly customerId: Uuid;
  readonly businessId: Uuid;
}

export type NoteEvent =
  | Message<'CustomerNoteAdded', Note & NoteDetails & { authorId: Uuid | null }>
  | Message<'CustomerNoteChanged', Note & NoteDetails>
  | Message<'CustomerNoteRemoved', Note>;

const aboutCustomer = { version: 1, pii: { of: 'customer', subject: 'customerId', fields: ['text'] } } as const;

export const noteEvents: EventCatalog<NoteEvent> = {
  CustomerNoteAdded: aboutCustomer,
  CustomerNoteChanged: aboutCustomer,
  CustomerNoteRemoved: plain,
};
