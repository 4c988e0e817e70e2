import type { ProposedEvent } from '../protocol/event-frame';
import { MAX_APPEND_SIZE } from '../protocol/failures';

/** What an event counts towards the limit of an append, in bytes. */
export const sizeOf = ({ type, data, customMetadata }: ProposedEvent): number =>
  type.length + data.length + customMetadata.length;

export const isTooLarge = (size: number): boolean => size > MAX_APPEND_SIZE;
