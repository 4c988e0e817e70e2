import { Injectable } from '@nestjs/common';
import type { BusinessEvent, MembershipEvent } from '@yoyaku/business/events';
import type { ResourceEvent, ServiceEvent } from '@yoyaku/catalog/events';
import type { RecordedEvent } from '@yoyaku/eventing';
import { type Instant, plusMs, type Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, defineReaction, type Job, type JobHandler } from '@yoyaku/reacting';
import { AttentionKeeper } from '../application/attention-keeper';
import type { BookingEvent } from '../domain/booking.events';
import type { Block, CalendarEvent } from '../domain/calendar.events';

/** The bookings of a business that a change may leave without what they need, or give it back to. */
export interface Changed {
  readonly businessId: Uuid;
  /** Those of one of these; absent: all. */
  readonly resourceId?: Uuid;
  readonly serviceId?: Uuid;
  readonly locationId?: Uuid;
  /** With the resources that stand for that person. */
  readonly userId?: Uuid;
  /** With time in that span. */
  readonly from?: Instant;
  readonly to?: Instant;
  /** Made after that moment. */
  readonly madeAfter?: Instant;
  /** Those after this one, in order of their start: the ones before have been looked at. */
  readonly after?: { readonly startsAt: Instant; readonly id: Uuid };
  /** How many of those before the change has left uncovered. */
  readonly uncovered?: number;
  /** The operation that the change is a part of; the owner is told once of all its parts. Absent: the change is all. */
  readonly operation?: Uuid;
  /** The owner is told by a later look, which knows the other parts. */
  readonly isQuiet?: boolean;
}

/** Done in the reactor, part by part: which bookings there are is in a read model. */
export const lookForUncovered = defineJob<Changed>('look-for-uncovered', { atOnce: 4 });

/** What a change has left uncovered, for who tells the business. */
export interface Uncovered {
  readonly businessId: Uuid;
  readonly bookings: number;
}

export const tellOfUncovered = defineJob<Uncovered>('tell-of-uncovered');

interface OfBooking {
  readonly bookingId: Uuid;
}
const lookAtBooking = defineJob<OfBooking>('look-at-booking');

/**
 * Milliseconds within which a booking is made, and is in the read model, that was asked for before the change: those are
 * looked for then. They are no others, as what another change leaves uncovered is to be told of that one.
 */
const SETTLED = 60_000;

const look = (changed: Changed, at: Instant): Job[] => [
  lookForUncovered.job(changed),
  lookForUncovered.job({ ...changed, madeAfter: plusMs(at, -SETTLED) }, { at: plusMs(at, SETTLED) }),
];

type On<Data> = { readonly data: Data; readonly at: Instant };
type InAppend = Pick<RecordedEvent, 'commandId' | 'causationId'>;

const ofBusiness = ({ data: { businessId }, at }: On<{ businessId: Uuid }>): Job[] => look({ businessId }, at);
const ofLocation = ({ data: { businessId, locationId }, at }: On<{ businessId: Uuid; locationId: Uuid }>): Job[] =>
  look({ businessId, locationId }, at);
const ofResource = ({ data: { businessId, resourceId }, at }: On<{ businessId: Uuid; resourceId: Uuid }>): Job[] =>
  look({ businessId, resourceId }, at);
const ofMember = ({ data: { businessId, userId }, at }: On<{ businessId: Uuid; userId: Uuid }>): Job[] =>
  look({ businessId, userId }, at);
/** Time may be blocked that is held for a booking which is only being made. */
const ofBlock = ({ data: { businessId, resourceId, start, end }, at }: On<Block>): Job[] =>
  look({ businessId, resourceId, from: start, to: end }, at);
/** One look for all blocks of an append, and the owner is told once of all appends that one reading has led to. */
const ofReading = (block: On<Block> & InAppend): Job[] => [
  ...ofAppend(block),
  lookForUncovered.job(partOf(block), { key: `${keyOf(block)} settled`, at: plusMs(block.at, SETTLED) }),
];
/** Time that is free again leaves nothing uncovered, so that there is nothing to tell. */
const ofAppend = (block: On<Block> & InAppend): Job[] => [
  lookForUncovered.job({ ...partOf(block), isQuiet: true }, { key: keyOf(block) }),
];
const partOf = ({ data: { businessId, resourceId }, causationId }: On<Block> & InAppend): Changed => {
  return { businessId, resourceId, operation: causationId as Uuid };
};
const keyOf = ({ data: { resourceId }, commandId }: On<Block> & InAppend): string => `${commandId} ${resourceId}`;
const ofBooking = ({ data: { bookingId } }: On<OfBooking>): Job[] => [lookAtBooking.job({ bookingId })];

/** Bookings that changes leave without what they need say so, until they have it again. */
export const attention = defineReaction<
  BusinessEvent | MembershipEvent | ResourceEvent | ServiceEvent | CalendarEvent | BookingEvent
>({
  name: 'attention',
  version: 4,
  from: 'now',
  on: {
    BusinessProfileChanged: ofBusiness,
    BusinessHoursSet: ofBusiness,
    BusinessHolidaysSet: ofBusiness,
    LocationChanged: ofLocation,
    LocationClosed: ofLocation,
    StaffInvited: ofMember,
    StaffInvitationDeclined: ofMember,
    StaffAssigned: ofMember,
    StaffTerminated: ofMember,
    ResourceChanged: ofResource,
    ResourceRemoved: ofResource,
    ResourceHoursSet: ofResource,
    ResourceExceptionAdded: ofResource,
    ResourceExceptionChanged: ofResource,
    ResourceExceptionRemoved: ofResource,
    ServiceRemoved: ({ data: { businessId, serviceId }, at }) => look({ businessId, serviceId }, at),
    TimeBlocked: (event) => (event.data.calendarId === null ? ofBlock(event) : ofReading(event)),
    TimeUnblocked: ofAppend,
    BookingRescheduled: ofBooking,
    BookingCancellationUndone: ofBooking,
  },
});

@Injectable()
export class LookAtBookings implements JobHandler<OfBooking> {
  readonly kind = lookAtBooking;

  constructor(private readonly attention: AttentionKeeper) {}

  async run({ data: { bookingId }, cause, context }: DueJob<OfBooking>): Promise<undefined> {
    await this.attention.look(bookingId, cause.id, context);
    return undefined;
  }
}
