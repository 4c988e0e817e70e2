import type { EventCatalog, Instant, Message, Uuid } from '@yoyaku/kernel';

/** Which part of history was opened; what is absent was no limit. */
export interface DisclosedPart {
  /** Commit position after which it begins. */
  readonly from?: string;
  readonly category?: string;
  readonly type?: string;
  readonly tenantId?: string;
  readonly actorId?: Uuid;
  readonly since?: Instant;
  readonly until?: Instant;
  /** What was appended meanwhile, too. */
  readonly follow?: boolean;
}

export type DisclosureEvent = Message<'HistoryDisclosed', { readonly disclosureId: Uuid } & DisclosedPart>;

export const disclosureEvents: EventCatalog<DisclosureEvent> = {
  HistoryDisclosed: { version: 1 },
};
