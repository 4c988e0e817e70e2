import { customersProjection } from './customers/projection';
import { CustomerQueries } from './customers/queries';
import { notesProjection } from './notes/projection';
import { NoteQueries } from './notes/queries';

export { type CustomerFilter, CustomerQueries } from './customers/queries';
export type { CustomerRow } from './customers/table';
export { type NoteFilter, NoteQueries } from './notes/queries';
export type { NoteRow } from './notes/table';

export const customersProjections = [customersProjection, notesProjection];
export const customersQueries = [CustomerQueries, NoteQueries];
