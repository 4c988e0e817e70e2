import { type EventCatalog, type Message, plain, type Uuid } from '@yoyaku/kernel';

interface Person {
  readonly businessId: Uuid;
  /** As whom the business kept the person; the record may be erased since. */
  readonly customerId: Uuid;
  /** By what the person is known again: keyed hashes of e-mail address and phone number, which give neither away. */
  readonly marks: readonly string[];
}

export type BlocklistEvent = Message<'PersonBlocked', Person> | Message<'PersonUnblocked', Person>;

export const blocklistEvents: EventCatalog<BlocklistEvent> = { PersonBlocked: plain, PersonUnblocked: plain };
