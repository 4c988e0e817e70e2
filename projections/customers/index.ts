import { customersProjection } from './customers/projection';
import { CustomerQueries } from './customers/queries';
import { notesProjection } from './notes/projection';
import { NoteQueries } from './notes/queries';
import { timelineProjection } from './timeline/projection';
import { TimelineQueries } from './timeline/queries';

export { ErasureQueries } from './customers/erasures.queries';
export { CustomerQueries } from './customers/queries';
export type { CustomerRow } from './customers/table';
export { NoteQueries } from './notes/queries';
export { TimelineQueries } from './timeline/queries';

export const customersProjections = [customersProjection, notesProjection, timelineProjection];
export const customersQueries = [CustomerQueries, NoteQueries, TimelineQueries];
