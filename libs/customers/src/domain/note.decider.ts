import {
  type Aggregate,
  type Decider,
  DomainError,
  ensure,
  type Instant,
  isSame,
  type Message,
  PLATFORM,
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

const decider: Decider<NoteState, NoteCommand, NoteEvent> = {
  initial: { status: 'none' },
  decide: {
    AddNote: ({ data }, state) => {
      if (state.status !== 'none') {
        const { status, createdAt: _, ...current } = state;
        ensure(status === 'active' && isSame(data, current), 'note.id_taken');
        return [];
      }
      return [{ type: 'CustomerNoteAdded', data }];
    },
    ChangeNote: ({ data }, state) => {
      const { status: _, authorId: __, createdAt: ___, ...current } = active(state);
      const changed = { ...current, ...data };
      return isSame(changed, current) ? [] : [{ type: 'CustomerNoteChanged', data: changed }];
    },
    RemoveNote: (_, state) => {
      if (state.status === 'removed') return [];
      const { noteId, customerId, businessId } = active(state);
      return [{ type: 'CustomerNoteRemoved', data: { noteId, customerId, businessId } }];
    },
  },
  evolve: {
    CustomerNoteAdded: (_, { data, at }) => ({ status: 'active', createdAt: at, ...data }),
    CustomerNoteChanged: (state, { data }) => ({ ...(state as KnownNote), ...data }),
    CustomerNoteRemoved: (state) => ({ ...(state as KnownNote), status: 'removed' }),
  },
};

function active(state: NoteState): KnownNote {
  if (state.status !== 'active') throw new DomainError('note.not_found');
  return state;
}

/** A note about a customer, written by the business's people. */
export const Note: Aggregate<NoteState, NoteCommand, NoteEvent, KnownNote> = {
  category: NOTE,
  decider,
  events: noteEvents,
  tenantOf: (state) => (state.status === 'none' ? PLATFORM : state.businessId),
  known: unlessNone('note.not_found'),
};
