import type { Aggregate } from '@yoyaku/kernel';
import { Blocklist } from './domain/blocklist.decider';
import * as customer from './domain/customer.decider';
import type { CustomerEvent } from './domain/customer.events';
import { Note } from './domain/note.decider';

export * from './application/blocks';
export * from './application/customer-facts';
export { ChangeCustomer, CreateCustomer, type VersionedCustomer } from './application/customers';
export { EnsureCustomer } from './application/ensure-customer';
export { EraseCustomer, FinishErasure } from './application/erasure';
export { AcceptLink, OfferLink } from './application/links';
export * from './customers.module';
export * from './domain/customer.decider';
export { CHANNELS, STANDINGS } from './domain/customer.events';
export * from './domain/note.decider';
export { NOTE_KINDS } from './domain/note.events';

/** Others send these commands of theirs alone. The steps in `application/` are known in this context only. */
export const Customer: Aggregate<
  customer.CustomerState,
  customer.CustomerCommand,
  CustomerEvent,
  customer.KnownCustomer
> = customer.Customer;

/** Every aggregate of this context. */
export const aggregates = [Customer, Note, Blocklist];
