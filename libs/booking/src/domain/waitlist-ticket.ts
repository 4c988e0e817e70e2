import {
  type Aggregate,
  type EventCatalog,
  type Message,
  plain,
  tenantOfBusiness,
  type Uuid,
  unlessNone,
} from '@yoyaku/kernel';

interface Ticket {
  readonly entryId: Uuid;
  readonly businessId: Uuid;
  readonly serviceId: Uuid;
  /** Whose it is, if they have an account. */
  readonly userId: Uuid | null;
  readonly resourceIds: readonly Uuid[];
  readonly locationId: Uuid | null;
}

export type WaitlistTicketEvent = Message<'WaitlistTicketIssued', Ticket>;
export type WaitlistTicketState = { readonly status: 'none' } | (Ticket & { readonly status: 'issued' });

const events: EventCatalog<WaitlistTicketEvent> = { WaitlistTicketIssued: plain };

/**
 * Tells in which service's line somebody waits, and whose that is, so that an entry's id leads to the line's stream. It
 * is issued before they join the line, and stays when they leave it. The entry's id is also that of the booking that
 * comes of it.
 */
export const WaitlistTicket: Aggregate<
  WaitlistTicketState,
  Message<'IssueTicket', Ticket>,
  WaitlistTicketEvent,
  Exclude<WaitlistTicketState, { status: 'none' }>
> = {
  category: 'ticket',
  events,
  tenantOf: tenantOfBusiness,
  known: unlessNone('waitlist.not_found'),
  decider: {
    initial: { status: 'none' },
    decide: {
      IssueTicket: ({ data }, state) => (state.status === 'none' ? [{ type: 'WaitlistTicketIssued', data }] : []),
    },
    evolve: { WaitlistTicketIssued: (_, { data }) => ({ status: 'issued', ...data }) },
  },
};
