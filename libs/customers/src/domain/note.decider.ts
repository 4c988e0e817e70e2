import {
  type Aggregate,
  type Decider,
  type Instant,
  type Message,
  recordOf,
  tenantOfBusiness,
  type Uuid,
  unlessNone,
} from '@yoyaku/kernel';
import { NOTE, type NoteDetails, type NoteEvent, noteEvents } from './note.events';

interface Ids {
  readonly noteId: Uuid;
  readonly customerId: Uuid;
  readonly businessId: Uuid;
}

export type NoteCommand =
  | Message<'AddNote', Ids & NoteDetails & { authorId: Uuid | null }>
  | Message<'ChangeNote', Partial<NoteDetails>>
  | Message<'RemoveNote', object>;

export interface KnownNote extends Ids, NoteDetails {
  readonly status: 'active' | 'removed';
  /** The user who wrote it. */
  readonly authorId: Uuid | null;
  readonly createdAt: Instant;
}

export type NoteState = { readonly status: 'none' } | KnownNote;

const record = recordOf<KnownNote>({ taken: 'note.id_taken', unknown: 'note.not_found' });

const decider: Decider<NoteState, NoteCommand, NoteEvent> = {
  initial: { status: 'none' },
  decide: {
    AddNote: ({ data }, state) => record.create(state, data, { type: 'CustomerNoteAdded', data }),
    ChangeNote: (command, state) =>
      record.change(state, command.data, ({ authorId: _, ...data }) => ({ type: 'CustomerNoteChanged', data })),
    RemoveNote: (_, state) =>
      record.remove(state, ({ noteId, customerId, businessId }) => ({
        type: 'CustomerNoteRemoved',
        data: { noteId, customerId, businessId },
      })),
  },
  evolve: {
    CustomerNoteAdded: (_, { data, at }) => record.created(data, at),
    CustomerNoteChanged: (state, { data }) => record.changed(state, data),
    CustomerNoteRemoved: (state) => record.removed(state),
  },
};

/** A note about a customer, written by the business's people. */
export const Note: Aggregate<NoteState, NoteCommand, NoteEvent, KnownNote> = {
  category: NOTE,
  decider,
  events: noteEvents,
  tenantOf: tenantOfBusiness,
  known: unlessNone('note.not_found'),
};
