import type { ProposedEvent } from '../wire/event-frame';

/** Bytes of all events of one append: EventStoreDB's usual limit, and the highest that it can be set to. */
export const DEFAULT_MAX_APPEND_SIZE = 1024 * 1024;
export const GREATEST_MAX_APPEND_SIZE = 16 * 1024 * 1024;

/** What an event counts towards the limit of an append, in bytes; EventStoreDB reckons two for a letter of the type. */
export const sizeOf = ({ type, data, customMetadata }: ProposedEvent): number =>
  2 * type.length + data.length + customMetadata.length;
