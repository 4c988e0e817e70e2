import { Injectable } from '@nestjs/common';
import {
  Blocks,
  CustomerFacts,
  EnsureCustomer,
  isBlockedCustomer,
  isKnownCustomer,
  type KnownCustomer,
} from '@yoyaku/customers';
import {
  AggregateStore,
  type CommandContext,
  Commands,
  ensureRevision,
  idFor,
  stepOf,
  type Versioned,
} from '@yoyaku/eventing';
import { DomainError, ensure, epochMs, type Instant, MINUTE, plusMs, type Uuid } from '@yoyaku/kernel';
import {
  Booking,
  type BookingCommand,
  type BookingState,
  ensureReschedulable,
  ensureUndoable,
  isMade,
  type MadeBooking,
  ownsHold,
  type Party,
} from '../domain/booking.decider';
import type { Place } from '../domain/booking.events';
import { priceOf, type Rules } from '../domain/rules';
import { type Hold, Holds } from './holds';
import { RuleBook } from './rule-book';
import { holdIdFor, SlotChoice, type SlotWish } from './slot-choice';

export interface BookingRequest {
  readonly businessId: Uuid;
  readonly serviceId: Uuid;
  readonly start: Instant;
  /** Only these resources; empty: any that fit. */
  readonly resourceIds: readonly Uuid[];
  readonly partySize: number;
  readonly note: string | null;
  /** A user books for themself, or somebody books for a customer of the business. */
  readonly whom: { readonly userId: Uuid } | { readonly customerId: Uuid };
  /** It has to be at one of these locations, as who asks is limited to them; empty or absent: anywhere. */
  readonly within?: readonly Uuid[];
}

export type Booked = Versioned<BookingState, MadeBooking>;

/** What concerns a booking and its calendars at once. Every other command goes to the booking alone. */
@Injectable()
export class Bookings {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly rules: RuleBook,
    private readonly choice: SlotChoice,
    private readonly holds: Holds,
    private readonly customers: CustomerFacts,
    private readonly blocks: Blocks,
    private readonly ensureCustomer: EnsureCustomer,
  ) {}

  /**
   * Reserves the calendars, then makes the booking; what fails on the way is undone before it is told.
   * Throws `booking.slot_taken`, the objections of `request-policies.ts`, `booking.customer_blocked`, `*.not_found`.
   */
  async request(request: BookingRequest, context: CommandContext): Promise<Booked> {
    const bookingId = idFor(context, 'booking');
    if (context.repeated) {
      const known = await this.aggregates.load(Booking, bookingId, 'requireLoad');
      if (isMade(known.state)) return known;
      // An attempt that was settled can't be taken up again, but the client was told to come again: this is a new one.
      if (known.state.status === 'abandoned') return this.request(request, stepOf(context, 'again'));
    }
    ensureRevision({ id: bookingId, revision: NOT_THERE }, context);
    return this.holding(context, async (held) => {
      const { rules, place, wish } = await this.withRules(request, async (rules) => {
        await this.ensureWelcome(request);
        const wish = wishOf(rules, { ...request, bookingId }, context);
        return { rules, wish, place: await this.reserve(wish, request.within, held, context) };
      });
      const customer = await this.customerFor(request, context);
      // They may have been blocked since they were welcome.
      ensure(!isBlockedCustomer(customer), 'booking.customer_blocked');
      const { business, service } = rules;
      return this.commands.execute(
        Booking,
        bookingId,
        {
          type: 'RequestBooking',
          data: {
            bookingId,
            businessId: business.businessId,
            customerId: customer.customerId,
            userId: customer.userId,
            ...place,
            serviceId: service.serviceId,
            serviceName: service.name,
            price: priceOf(service, place.resourceIds[0] as Uuid),
            partySize: wish.partySize,
            note: request.note,
            terms: service.terms,
            ...(business.autoConfirm
              ? { status: 'confirmed', expiresAt: null }
              : { status: 'pending', expiresAt: expiryOf(business.pendingExpiryMinutes, place.start, context.at) }),
          },
        },
        context,
        'assumeEmpty',
      );
    });
  }

  /**
   * Moves a booking: to the same resources, or to the given ones. The old time is released once the booking says that
   * it moved. Throws as {@link request} does, `booking.changed_meanwhile` when another move was first, and
   * `booking.too_late_to_change` for a customer.
   */
  async reschedule(
    bookingId: Uuid,
    to: Pick<BookingRequest, 'start' | 'resourceIds' | 'within'> & { readonly by: Party },
    context: CommandContext,
  ): Promise<Booked> {
    const loaded = await this.load(bookingId, context);
    const before = loaded.known;
    if (before.holdId === holdIdFor(context, minutesOf(before))) return loaded;
    ensureReschedulable(before, to.by, context.at);
    const { businessId, userId } = before;
    if (to.by === 'customer' && userId) await this.ensureWelcome({ businessId, whom: { userId } });
    const outcome = await this.holding(context, async (held) => {
      const resourceIds = to.resourceIds.length > 0 ? to.resourceIds : before.resourceIds;
      const place = await this.withRules({ ...before, resourceIds, within: to.within }, (rules) => {
        const wish = wishOf(rules, { bookingId, partySize: before.partySize, start: to.start, resourceIds }, context);
        return this.reserve(wish, to.within, held, context);
      });
      return this.execute(
        bookingId,
        { type: 'RescheduleBooking', data: { ...place, by: to.by, from: before.holdId } },
        context,
      );
    });
    return this.releasing(before, outcome, context);
  }

  /** Throws `booking.business_closed`: who may take no bookings confirms none. */
  async confirm(bookingId: Uuid, context: CommandContext): Promise<Booked> {
    const { status, businessId } = (await this.load(bookingId, context)).known;
    if (status === 'pending') await this.rules.ensureTakesBookings(businessId);
    return this.execute(bookingId, { type: 'ConfirmBooking', data: {} }, context);
  }

  async cancel(bookingId: Uuid, by: Party, reason: string | null, context: CommandContext): Promise<Booked> {
    return this.giveUp(bookingId, { type: 'CancelBooking', data: { by, reason } }, context);
  }

  async decline(bookingId: Uuid, reason: string | null, context: CommandContext): Promise<Booked> {
    return this.giveUp(bookingId, { type: 'DeclineBooking', data: { reason } }, context);
  }

  /** Throws `booking.not_due` while somebody may still answer. */
  async expire(bookingId: Uuid, context: CommandContext): Promise<Booked> {
    return this.giveUp(bookingId, { type: 'ExpireBooking', data: {} }, context);
  }

  /** Brings a cancelled booking back if its time is still free. Throws `booking.slot_taken`, `booking.business_closed`. */
  async undoCancellation(bookingId: Uuid, context: CommandContext): Promise<Booked> {
    const loaded = await this.load(bookingId, context);
    const booking = loaded.known;
    if (booking.holdId === holdIdFor(context, minutesOf(booking))) return loaded;
    ensureUndoable(booking, context.at);
    await this.rules.ensureTakesBookings(booking.businessId);
    return this.holding(context, async (held) => {
      const rules = await this.rules.of(booking.businessId, booking.serviceId, { resourceIds: booking.resourceIds });
      const again = { ...booking, ...rules, at: epochMs(context.at) };
      const holdId = await this.choice.reserveAgain(again, held, context);
      return this.execute(bookingId, { type: 'UndoCancellation', data: { holdId } }, context);
    });
  }

  /**
   * Runs an operation that holds calendars first. Whatever it held and its booking does not own in the end, because
   * the operation failed or took another way, is released before it answers.
   */
  private async holding(context: CommandContext, operation: (held: Hold[]) => Promise<Booked>): Promise<Booked> {
    const held: Hold[] = [];
    try {
      const outcome = await operation(held);
      const spare = held.filter(({ resourceId, holdId }) => !ownsHold(outcome.state, resourceId, holdId));
      return outcome.upTo(await this.holds.settle(spare, context));
    } catch (error) {
      // Where the store does not answer nothing can be settled now; the reaper will.
      if (held.length > 0) await this.holds.settle(held, context).catch(() => {});
      throw error;
    }
  }

  private async giveUp(bookingId: Uuid, command: BookingCommand, context: CommandContext): Promise<Booked> {
    const outcome = await this.execute(bookingId, command, context);
    return this.releasing(outcome.known, outcome, context);
  }

  /** Releases the holds that a booking had, and after the outcome no longer owns. */
  private async releasing(before: MadeBooking, after: Booked, context: CommandContext): Promise<Booked> {
    const { bookingId, businessId, holdId } = before;
    const givenUp = before.resourceIds
      .filter((resourceId) => !ownsHold(after.state, resourceId, holdId))
      .map((resourceId) => ({ bookingId, businessId, resourceId, holdId }));
    return after.upTo(await this.holds.release(givenUp, context));
  }

  /** Throws as {@link SlotChoice.reserve}, and when all that was chosen is at no place where it has to be at one. */
  private async reserve(
    wish: SlotWish,
    within: readonly Uuid[] | undefined,
    held: Hold[],
    context: CommandContext,
  ): Promise<Place> {
    const place = await this.choice.reserve(wish, held, context);
    const isSomewhere = place.resourceIds.some((id) => wish.resources.get(id)?.locationId);
    ensure(!within?.length || isSomewhere, 'booking.resource_unsuitable', { path: 'resourceIds' });
    return place;
  }

  /** A refusal by the rules as this process knows them is said only of the rules as they are. */
  private async withRules<T>(
    asked: Pick<BookingRequest, 'businessId' | 'serviceId' | 'resourceIds' | 'within'>,
    use: (rules: Rules) => Promise<T>,
  ): Promise<T> {
    const { businessId, serviceId, resourceIds, within } = asked;
    try {
      return await use(await this.rules.of(businessId, serviceId, { resourceIds, within }));
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'booking.slot_taken') throw error;
      return use(await this.rules.of(businessId, serviceId, { resourceIds, within }, 'requireLoad'));
    }
  }

  /** Throws `booking.customer_blocked`, `customer.not_found`. */
  private async ensureWelcome({ businessId, whom }: Pick<BookingRequest, 'businessId' | 'whom'>): Promise<void> {
    const isBlocked =
      'userId' in whom
        ? await this.blocks.meetUser(businessId, whom.userId)
        : await this.blocks.meetCustomer(await this.customerOf(businessId, whom.customerId));
    ensure(!isBlocked, 'booking.customer_blocked');
  }

  private async customerOf(businessId: Uuid, customerId: Uuid): Promise<KnownCustomer> {
    const customer = await this.customers.customer(customerId);
    if (isKnownCustomer(customer) && customer.businessId === businessId && customer.status !== 'removed')
      return customer;
    throw new DomainError('customer.not_found', { path: 'customerId' });
  }

  private customerFor({ businessId, whom }: BookingRequest, context: CommandContext): Promise<KnownCustomer> {
    return 'userId' in whom
      ? this.ensureCustomer.of(businessId, whom.userId, context)
      : this.customerOf(businessId, whom.customerId);
  }

  /** Throws `booking.not_found`, and `ConcurrencyConflict` before anything is held in vain. */
  private async load(bookingId: Uuid, context: CommandContext): Promise<Booked> {
    const loaded = await this.aggregates.load(Booking, bookingId, 'requireLoad');
    ensureRevision(loaded, context);
    return loaded;
  }

  private execute(bookingId: Uuid, command: BookingCommand, context: CommandContext): Promise<Booked> {
    return this.commands.execute(Booking, bookingId, command, context);
  }
}

/** Of a booking that is to be made. */
const NOT_THERE = -1;

const wishOf = (
  { business, service, resources }: Rules,
  {
    bookingId,
    partySize,
    start,
    resourceIds,
  }: Pick<SlotWish, 'bookingId' | 'partySize' | 'resourceIds'> & { start: Instant },
  { at }: CommandContext,
): SlotWish => ({
  business,
  service,
  resources,
  bookingId,
  partySize,
  resourceIds,
  start: epochMs(start),
  at: epochMs(at),
});

const minutesOf = ({ start, end }: MadeBooking): number => (epochMs(end) - epochMs(start)) / MINUTE;

/** Nobody approves what has begun. */
const expiryOf = (minutes: number, start: Instant, at: Instant): Instant => {
  const expiry = plusMs(at, minutes * MINUTE);
  return epochMs(expiry) < epochMs(start) ? expiry : start;
};
