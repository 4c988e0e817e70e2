import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands } from '@yoyaku/eventing';
import { ensure, type Uuid } from '@yoyaku/kernel';
import { Booking, type Party } from '../domain/booking.decider';
import type { StartRule } from '../domain/booking.events';
import type { MadeBooking } from '../domain/booking-state';
import { allowed } from '../domain/lifecycle';
import { offerOf } from '../domain/offers';
import type { ServiceRules } from '../domain/rules';
import { type Booked, Holds, loadBooking } from './holds';
import type { BookingRequest } from './request-booking';
import { RuleBook } from './rule-book';
import { holdIdAgain, SlotChoice, wishFor } from './slot-choice';
import { Welcome } from './welcome';

/** Where to move a booking: with empty `resourceIds` it keeps its own, and it stays at its location unless one is asked for. */
export type Move = Pick<BookingRequest, 'start' | 'resourceIds' | 'locationId' | 'atLocations'> & {
  readonly by: Party;
  /** The business's people may leave the price as it was; otherwise it is that of the new time and resources. */
  readonly keepPrice?: boolean | undefined;
};

/**
 * Moves a booking: to the same resources, or to the given ones. Throws as {@link RequestBooking} does,
 * `booking.changed_meanwhile` when another move was first, and for a customer `booking.too_late_to_change` and
 * `booking.service_withdrawn`.
 */
export class RescheduleBooking extends Command<Booked> {
  constructor(
    readonly bookingId: Uuid,
    readonly move: Move,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** Gives a booking to these resources, at its time; what they have no part in stays as it is. Throws as a move does. */
export class ReassignBooking extends Command<Booked> {
  constructor(
    readonly bookingId: Uuid,
    readonly assignment: Omit<Move, 'start' | 'by'>,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** What a move does to a booking. */
interface Moving extends Move {
  readonly type: 'RescheduleBooking' | 'ReassignBooking';
  /** What it keeps as far as that can still be booked: others take the place of what has gone. */
  readonly kept: readonly Uuid[];
  /** Which of those the service needs beside the given resources; absent: all. */
  readonly keeps?: (resourceId: Uuid, service: ServiceRules) => boolean;
  readonly override: readonly StartRule[];
}

/** Moves bookings; the old time is released once the booking says that it moved. */
@Injectable()
export class Moves {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly rules: RuleBook,
    private readonly choice: SlotChoice,
    private readonly holds: Holds,
    private readonly welcome: Welcome,
  ) {}

  async move(bookingId: Uuid, context: CommandContext, movingOf: (before: MadeBooking) => Moving): Promise<Booked> {
    const loaded = await loadBooking(this.aggregates, bookingId, context);
    const before = loaded.known;
    const hasMoved = before.holdId === holdIdAgain(context, before);
    // Where it has been moved on since, the repeat of a move tells how it stands.
    if (hasMoved || (await this.aggregates.hasRun(Booking, bookingId, context))) return loaded;
    const { type, by, kept, keeps = () => true, keepPrice = false, ...move } = movingOf(before);
    allowed(type, before, { by, at: context.at });
    const { businessId, serviceId, locationId, userId, partySize } = before;
    if (by === 'customer' && userId) await this.welcome.ensure(businessId, { userId });
    const moved = await this.holds.during(context, async (held) => {
      const asked = { ...move, businessId, serviceId, kept: { resourceIds: kept, locationId } };
      const { place, rules } = await this.rules.apply(asked, async (rules) => {
        ensure(by === 'business' || !rules.service.isWithdrawn, 'booking.service_withdrawn');
        const still = kept.filter((id) => rules.resources.has(id) && keeps(id, rules.service));
        const resourceIds = [...new Set([...move.resourceIds, ...still])];
        const keepsTeams = type !== 'ReassignBooking';
        const asked = { ...move, bookingId, partySize, resourceIds, present: before, keepsTeams };
        const wish = wishFor(rules, asked, context);
        return { rules, place: await this.choice.reserve(wish, held, context) };
      });
      const { business, service } = rules;
      const data = {
        ...place,
        by,
        from: before.holdId,
        price: keepPrice ? before.price : offerOf(service, place.resourceIds[0] as Uuid, partySize).price,
        terms: service.terms,
      };
      const needsApproval = !business.autoConfirm;
      const command = type === 'ReassignBooking' ? { type, data } : { type, data: { ...data, needsApproval } };
      return this.commands.execute(Booking, bookingId, command, context);
    });
    return this.holds.releaseFormer(before, moved, context);
  }
}

@CommandHandler(RescheduleBooking)
export class RescheduleBookingHandler implements ICommandHandler<RescheduleBooking> {
  constructor(private readonly moves: Moves) {}

  execute({ bookingId, move, context }: RescheduleBooking): Promise<Booked> {
    return this.moves.move(bookingId, context, ({ resourceIds, overridden }) => ({
      ...move,
      type: 'RescheduleBooking',
      kept: move.resourceIds.length === 0 ? resourceIds : [],
      // What the business's people set aside for this booking stays so when they move it.
      override: move.by === 'business' ? overridden : [],
    }));
  }
}

@CommandHandler(ReassignBooking)
export class ReassignBookingHandler implements ICommandHandler<ReassignBooking> {
  constructor(private readonly moves: Moves) {}

  execute({ bookingId, assignment, context }: ReassignBooking): Promise<Booked> {
    const isGiven = (id: Uuid): boolean => assignment.resourceIds.includes(id);
    return this.moves.move(bookingId, context, ({ start, resourceIds, overridden }) => ({
      ...assignment,
      type: 'ReassignBooking',
      by: 'business',
      start,
      kept: resourceIds,
      // What meets a requirement that none of the given ones meets.
      keeps: (id, { requirements }) => requirements.some(({ anyOf }) => anyOf.includes(id) && !anyOf.some(isGiven)),
      // Its time was accepted before.
      override: [...overridden, 'notice', 'window', 'grid'],
    }));
  }
}
