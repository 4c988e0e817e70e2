import { type EventCatalog, type Message, plain, type Uuid } from '@yoyaku/kernel';

interface Person {
  readonly businessId: Uuid;
  /** The person's customer record. It may have been erased meanwhile. */
  readonly customerId: Uuid;
  /** Keyed hashes of e-mail address and phone number. They identify the person again, but reveal neither. */
  readonly marks: readonly string[];
}

export type BlocklistEvent = Message<'PersonBlocked', Person> | Message<'PersonUnblocked', Person>;

export const blocklistEvents: EventCatalog<BlocklistEvent> = { PersonBlocked: plain, PersonUnblocked: plain };
