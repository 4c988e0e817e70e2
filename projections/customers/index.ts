import { customersProjection } from './customers/projection';
import { CustomerQueries } from './customers/queries';
import { notesProjection } from './notes/projection';
import { NoteQueries } from './notes/queries';

export { CustomerQueries } from './customers/queries';
export type { CustomerRow } from './customers/table';
export { NoteQueries } from './notes/queries';

export const customersProjections = [customersProjection, notesProjection];
export const customersQueries = [CustomerQueries, NoteQueries];
