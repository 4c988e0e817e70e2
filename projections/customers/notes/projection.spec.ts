import type { NoteEvent } from '@yoyaku/customers/events';
import { runProjection } from '@yoyaku/projecting';
import { notesProjection } from './projection';

const noteId = '01900000-0000-7000-8000-000000000040';
const ids = {
  customerId: '01900000-0000-7000-8000-000000000030',
  businessId: '01900000-0000-7000-8000-000000000001',
};
const details = { kind: 'allergy', text: 'Nuts', shared: true } as const;
const added: NoteEvent = { type: 'CustomerNoteAdded', data: { noteId, ...ids, ...details, authorId: null } };
const row = { id: noteId, ...ids, ...details, authorId: null, createdAt: '2026-04-01T00:00:00Z' };

const rowsAfter = (...events: NoteEvent[]) => runProjection(notesProjection, events).notes;

describe('the notes projection', () => {
  it('holds a note', () => expect(rowsAfter(added)).toEqual([row]));

  it('follows its changes', () =>
    expect(
      rowsAfter(added, { type: 'CustomerNoteChanged', data: { noteId, ...ids, ...details, shared: false } }),
    ).toEqual([{ ...row, shared: false }]));

  it('forgets a removed one', () =>
    expect(rowsAfter(added, { type: 'CustomerNoteRemoved', data: { noteId, ...ids } })).toEqual([]));
});
