import type { NoteEvent } from '@yoyaku/customers/events';
import { sealedCopy } from '@yoyaku/eventing';
import { defineProjection } from '@yoyaku/projecting';
import { notes } from './table';

/** Notes about customers. Their text stays encrypted. */
export const notesProjection = defineProjection<NoteEvent>()({
  name: 'customer-notes',
  version: 4,
  tables: { notes },
  on: {
    CustomerNoteAdded: (event, rows) => {
      const { noteId: id, ...data } = event.data;
      rows.notes.put({ id, ...data, text: sealedCopy(event) });
    },
    CustomerNoteChanged: (event, rows) => {
      const { noteId: id, ...data } = event.data;
      rows.notes.patch({ id }, { ...data, text: sealedCopy(event) });
    },
    CustomerNoteRemoved: ({ data: { noteId: id } }, rows) => rows.notes.delete({ id }),
  },
});
