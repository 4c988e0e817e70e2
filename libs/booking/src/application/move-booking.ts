import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
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

/** Where to move a booking: empty `resourceIds` leave it where it is. */
export type Move = Pick<BookingRequest, 'start' | 'resourceIds' | 'atLocations'> & {
  readonly by: Party;
  /** The business's people may leave the price as it was; otherwise it is that of the new time and resources. */
  readonly keepPrice?: boolean | undefined;
};

/**
 * Moves a booking: to the same resources, or to the given ones. Throws as {@link RequestBooking} does,
 * `booking.changed_meanwhile` when another move was first, and `booking.too_late_to_change` for a customer.
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
interface Moving extends Omit<Move, 'resourceIds'> {
  readonly type: 'RescheduleBooking' | 'ReassignBooking';
  readonly resourceIds: (service: ServiceRules) => readonly Uuid[];
  /** Of the resources that may be chosen, whose rules are read. */
  readonly among: readonly Uuid[];
  /** Whether others will do where some of them have gone. */
  readonly orOthers?: boolean;
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
    const { type, by, start, among, orOthers, atLocations, override, keepPrice = false, ...moving } = movingOf(before);
    allowed(type, before, { by, at: context.at });
    const { businessId, serviceId, userId, partySize } = before;
    if (by === 'customer' && userId) await this.welcome.ensure(businessId, { userId });
    const moved = await this.holds.during(context, async (held) => {
      const asked = { businessId, serviceId, resourceIds: among, orOthers, atLocations };
      const { place, rules } = await this.rules.apply(asked, async (rules) => {
        const wanted = moving.resourceIds(rules.service);
        const resourceIds = orOthers ? wanted.filter((id) => rules.resources.has(id)) : wanted;
        const wish = wishFor(rules, { bookingId, partySize, start, resourceIds, override, present: before }, context);
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
    return this.moves.move(bookingId, context, ({ resourceIds, overridden }) => {
      const among = move.resourceIds.length > 0 ? move.resourceIds : resourceIds;
      return {
        ...move,
        type: 'RescheduleBooking',
        among,
        resourceIds: () => among,
        // A booking whose person has gone is given another, unless somebody is named.
        orOthers: move.resourceIds.length === 0,
        // What the business's people set aside for this booking stays so when they move it.
        override: move.by === 'business' ? overridden : [],
      };
    });
  }
}

@CommandHandler(ReassignBooking)
export class ReassignBookingHandler implements ICommandHandler<ReassignBooking> {
  constructor(private readonly moves: Moves) {}

  execute({ bookingId, assignment, context }: ReassignBooking): Promise<Booked> {
    return this.moves.move(bookingId, context, ({ start, resourceIds, overridden }) => ({
      ...assignment,
      type: 'ReassignBooking',
      by: 'business',
      start,
      among: [...assignment.resourceIds, ...resourceIds],
      resourceIds: ({ requirements }) => [
        ...assignment.resourceIds,
        ...untouched(requirements, assignment, resourceIds),
      ],
      // Its time was accepted before.
      override: [...overridden, 'notice', 'window', 'grid'],
    }));
  }
}

/** Those of the booking's resources that meet a requirement which none of the given ones meets. */
const untouched = (
  requirements: ServiceRules['requirements'],
  { resourceIds: given }: Pick<Move, 'resourceIds'>,
  resourceIds: readonly Uuid[],
): Uuid[] => {
  const others = requirements.filter(({ anyOf }) => !anyOf.some((id) => given.includes(id)));
  return resourceIds.filter((id) => !given.includes(id) && others.some(({ anyOf }) => anyOf.includes(id)));
};
