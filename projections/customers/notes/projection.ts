import type { NoteEvent } from '@yoyaku/customers/events';
import { defineProjection } from '@yoyaku/projecting';
import { notes } from './table';

/** Notes about customers. */
export const notesProjection = defineProjection<NoteEvent>()({
  name: 'customer-notes',
  version: 1,
  tables: { notes },
  on: {
    CustomerNoteAdded: ({ data: { noteId: id, ...data }, at }, rows) => rows.notes.put({ id, ...data, createdAt: at }),
    CustomerNoteChanged: ({ data: { noteId: id, ...data } }, rows) => rows.notes.patch({ id }, data),
    CustomerNoteRemoved: ({ data: { noteId: id } }, rows) => rows.notes.delete({ id }),
  },
});
