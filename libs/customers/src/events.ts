export type { BlocklistEvent } from './domain/blocklist.events';
export {
  type Channel,
  CUSTOMER,
  type CustomerDetails,
  type CustomerEvent,
  type CustomerProfile,
  type Standing,
} from './domain/customer.events';
export { NOTE, type NoteDetails, type NoteEvent, type NoteKind } from './domain/note.events';
