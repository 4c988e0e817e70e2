import type { NoteEvent } from '@yoyaku/customers/events';
import { type Unbranded } from '@yoyaku/kernel';
import { type GivenEvent, runProjection } from '@yoyaku/projecting';
import { notesProjection } from './projection';

const noteId = '01900000-0000-7000-8000-000000000040';
const ids = {
  customerId: '01900000-0000-7000-8000-000000000030',
  businessId: '01900000-0000-7000-8000-000000000001',
};
const details = { kind: 'allergy', text: 'Nuts', shared: true } as const;
/** As the store would have it: its text sealed. */
const written = (event: Unbranded<NoteEvent>, box: string): GivenEvent<Unbranded<NoteEvent>> => ({
  ...event,
  id: 'event',
  sealed: { fields: ['text'], data: { subject: ids.customerId, box }, actor: null },
});
const sealed = (box: string) => ({ subject: ids.customerId, box, eventId: 'event' });
const added = written({ type: 'CustomerNoteAdded', data: { noteId, ...ids, ...details, authorId: null } }, 'Nuts');
const times = { createdAt: '2026-04-01T00:00:00Z', updatedAt: '2026-04-01T00:00:00Z' };
const row = { id: noteId, ...ids, ...details, text: sealed('Nuts'), authorId: null, ...times, revision: 0 };

const rowsAfter = (...events: GivenEvent<Unbranded<NoteEvent>>[]) =>
  runProjection(
    notesProjection,
    events.map((event) => ({ ...event, stream: `note-${noteId}` })),
  ).notes;

describe('the notes projection', () => {
  it('holds a note, its text sealed', () => expect(rowsAfter(added)).toEqual([row]));

  it('follows its changes', () =>
    expect(
      rowsAfter(
        added,
        written({ type: 'CustomerNoteChanged', data: { noteId, ...ids, ...details, shared: false } }, 'No nuts'),
      ),
    ).toEqual([{ ...row, shared: false, text: sealed('No nuts'), revision: 1 }]));

  it('forgets a removed one', () =>
    expect(rowsAfter(added, { type: 'CustomerNoteRemoved', data: { noteId, ...ids } })).toEqual([]));
});
