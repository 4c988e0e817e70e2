import { Injectable } from '@nestjs/common';
import {
  AggregateStore,
  type CommandContext,
  Commands,
  recheckRefusal,
  stepOf,
  type Versioned,
} from '@yoyaku/eventing';
import { type OfType, type Uuid } from '@yoyaku/kernel';
import { Booking, type BookingStep } from '../domain/booking.decider';
import { expiryOf, isMade } from '../domain/booking-state';
import { Waitlist } from '../domain/waitlist.decider';
import { findEntry, type Offered, type WaitlistEntry, type WaitlistState } from '../domain/waitlist-state';
import { WaitlistTicket, type WaitlistTicketState } from '../domain/waitlist-ticket';
import { type Booked, type Hold, Holds } from './holds';

/** The line of a service, after a command. */
export type Line = Versioned<WaitlistState>;

type Ticket = Extract<WaitlistTicketState, { status: 'issued' }>;

/** Makes what a line says of the times that it offers true of bookings and calendars, whoever died in between. */
@Injectable()
export class OfferedTime {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly holds: Holds,
  ) {}

  /** In which line the entry is. Throws `waitlist.not_found`. */
  ticketOf(entryId: Uuid): Promise<Ticket> {
    return recheckRefusal(async (load) => (await this.aggregates.load(WaitlistTicket, entryId, load)).known);
  }

  /** Makes the booking of an accepted offer; repeated, it changes nothing. */
  book(
    entry: Offered,
    { businessId, serviceId }: Pick<Ticket, 'businessId' | 'serviceId'>,
    context: CommandContext,
  ): Promise<Booked> {
    const { entryId: bookingId, customerId, userId, partySize, offer } = entry;
    const { expiresAt: _, pendingFor, start, terms, ...agreed } = offer;
    const isPending = pendingFor.length > 0;
    const request: OfType<BookingStep, 'RequestBooking'> = {
      type: 'RequestBooking',
      data: {
        bookingId,
        businessId,
        serviceId,
        customerId,
        userId,
        partySize,
        ...agreed,
        start,
        terms,
        pendingFor,
        note: null,
        status: isPending ? 'pending' : 'confirmed',
        expiresAt: isPending ? expiryOf(terms, pendingFor, start, entry.changedAt) : null,
        overridden: [],
      },
    };
    return this.commands.execute(Booking, bookingId, request, { ...stepOf(context, 'book'), repeated: false });
  }

  /** Releases what was held for somebody who has not taken it. Returns the line, at the position of the last append. */
  async release(line: Line, entry: WaitlistEntry | undefined, context: CommandContext): Promise<Line> {
    const { businessId } = line.state;
    if (!entry || !businessId || !('given' in entry) || !entry.given) return line;
    const { holdId, resourceIds } = entry.given;
    const held = resourceIds.map((resourceId) => ({ bookingId: entry.entryId, businessId, resourceId, holdId }));
    return line.upTo(await this.holds.release(held, context));
  }

  /**
   * Settles holds that a line's offers left behind: an open offer keeps its own, an accepted one becomes a booking, and
   * any other will never be offered and is released. Once the booking is there, its holds are as any booking's.
   */
  async settle(entryId: Uuid, unsettled: readonly Hold[], context: CommandContext): Promise<bigint> {
    const booking = await this.aggregates.load(Booking, entryId, 'requireLoad');
    if (isMade(booking.state)) return (await this.holds.settle(unsettled, context)).position;
    const ticket = await this.ticketOf(entryId);
    const { businessId, serviceId } = ticket;
    let last = 0n;
    for (const [holdId, some] of Map.groupBy(unsettled, (hold) => hold.holdId)) {
      const data = { entryId, businessId, serviceId, holdId };
      const step = stepOf(context, `forfeit ${holdId}`);
      const line = await this.commands.execute(Waitlist, serviceId, { type: 'ForfeitOffer', data }, step);
      const entry = findEntry(line.state, entryId);
      const offered = entry && 'offer' in entry && entry.offer.holdId === holdId ? entry : undefined;
      const booked = offered?.status === 'accepted' ? await this.book(offered, ticket, context) : undefined;
      const spare = some.filter(({ resourceId }) => !offered?.offer.resourceIds.includes(resourceId));
      const released = await this.holds.release(spare, context);
      last = [last, line.position, booked?.position ?? 0n, released].reduce((a, b) => (a > b ? a : b));
    }
    return last;
  }

  /** Those of the holds that are a line's, by entry; the others. */
  async byEntry(
    holds: readonly Hold[],
  ): Promise<{ ofEntries: ReadonlyMap<Uuid, readonly Hold[]>; others: readonly Hold[] }> {
    const ofEntries = new Map<Uuid, readonly Hold[]>();
    const others: Hold[] = [];
    for (const [bookingId, some] of Map.groupBy(holds, (hold) => hold.bookingId)) {
      const { state } = await this.aggregates.load(WaitlistTicket, bookingId, 'requireLoad');
      if (state.status === 'none') others.push(...some);
      else ofEntries.set(bookingId, some);
    }
    return { ofEntries, others };
  }
}
