import { Outbox1790000070000 } from './1790000070000-outbox';

/** Of messages that are on their way. */
export const migrations = [Outbox1790000070000];
