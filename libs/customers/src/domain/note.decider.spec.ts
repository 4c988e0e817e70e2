import { type Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { Note } from './note.decider';
import type { NoteEvent } from './note.events';

const { given } = specify(Note.decider);

const ids = {
  noteId: '01900000-0000-7000-8000-000000000040',
  customerId: '01900000-0000-7000-8000-000000000030',
  businessId: '01900000-0000-7000-8000-000000000001',
};
const details = { kind: 'allergy', text: 'Nuts', shared: true } as const;
const data = { ...ids, ...details, authorId: null };
const added: Unbranded<NoteEvent> = { type: 'CustomerNoteAdded', data };
const removed: Unbranded<NoteEvent> = { type: 'CustomerNoteRemoved', data: ids };

describe('a note', () => {
  it('is added once', () => {
    given([]).when({ type: 'AddNote', data }).then([added]);
    given([added]).when({ type: 'AddNote', data }).thenNothing();
    given([added])
      .when({ type: 'AddNote', data: { ...data, text: 'Milk' } })
      .thenRejects('note.id_taken');
  });

  it('changes by what is given', () => {
    given([added])
      .when({ type: 'ChangeNote', data: { shared: false } })
      .then([{ type: 'CustomerNoteChanged', data: { ...ids, ...details, shared: false } }]);
    given([added])
      .when({ type: 'ChangeNote', data: { text: 'Nuts' } })
      .thenNothing();
  });

  it('is removed', () => {
    given([added]).when({ type: 'RemoveNote', data: {} }).then([removed]);
    given([added, removed]).when({ type: 'RemoveNote', data: {} }).thenNothing();
    given([added, removed]).when({ type: 'ChangeNote', data: {} }).thenRejects('note.not_found');
  });
});
