export type { BlocklistEvent } from './domain/blocklist.events';
export type { Channel, CustomerDetails, CustomerEvent, CustomerProfile, Standing } from './domain/customer.events';
export type { NoteDetails, NoteEvent, NoteKind } from './domain/note.events';
