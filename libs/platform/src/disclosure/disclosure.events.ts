import type { EventCatalog, Instant, Message, Uuid } from '@yoyaku/kernel';

/** The part of history that was shown. A field that is absent sets no limit. */
export interface DisclosedPart {
  /** The part begins after this commit position. */
  readonly from?: string;
  readonly category?: string;
  readonly type?: string;
  readonly tenantId?: string;
  readonly actorId?: Uuid;
  readonly since?: Instant;
  readonly until?: Instant;
  /** Whether events that were appended meanwhile were shown too. */
  readonly follow?: boolean;
}

export type DisclosureEvent = Message<'HistoryDisclosed', { readonly disclosureId: Uuid } & DisclosedPart>;

export const disclosureEvents: EventCatalog<DisclosureEvent> = {
  HistoryDisclosed: { version: 1 },
};
