import type { Instant, OfType, Uuid } from '@yoyaku/kernel';
import type { AttentionReason, BookingEvent, Place, Uncovering } from './booking.events';
import { type BookingState, isMade, isSamePlace, isStanding, type MadeBooking } from './booking-state';

/** What leaves the booking at that place without what it needs, all of it; and the event that the look followed from. */
export interface Look {
  readonly place: Place;
  readonly causes: readonly Uncovering[];
  readonly change: Uuid;
}

type Noted = Pick<MadeBooking, 'attention' | 'kept'>;

type AttentionEvent = OfType<BookingEvent, 'AttentionRaised' | 'AttentionCleared'>;

const OF_HOURS: readonly AttentionReason[] = ['holiday', 'place_hours', 'exception', 'resource_hours'];

/** Those causes that are not among the others. */
export const causesBeside = <Cause extends Uncovering>(
  causes: readonly Cause[],
  others: readonly Uncovering[],
): readonly Cause[] =>
  causes.filter((one) => !others.some((other) => one.reason === other.reason && one.of === other.of));

/** What is new of it, and what is no more. One that has been moved since is looked at again because of that. */
export function noted({ place, causes, change }: Look, state: BookingState): readonly AttentionEvent[] {
  if (!isMade(state) || !isStanding(state) || !isSamePlace(state, place)) return [];
  const known = [...state.attention, ...state.kept];
  const raised = causesBeside(causes, known).filter((cause) => !isAccepted(state, cause));
  return [
    ...raised.map(
      ({ reason, of }) => ({ type: 'AttentionRaised', data: { ...subject(state), reason, of, change } }) as const,
    ),
    ...cleared(state, causesBeside(known, causes)),
  ];
}

/** None of these causes is a matter any more; `kept`: because the business's people leave the booking as it is. */
export const cleared = (
  booking: MadeBooking,
  causes: readonly Uncovering[] = booking.attention,
  kept?: 'kept',
): readonly AttentionEvent[] =>
  causes.map(({ reason, of }) => ({
    type: 'AttentionCleared',
    data: { ...subject(booking), reason, of, kept: kept !== undefined },
  }));

/** What the event makes of the booking. */
export const withAttention = (
  { attention }: Noted,
  { reason, of, change }: OfType<AttentionEvent, 'AttentionRaised'>['data'],
  at: Instant,
): Pick<Noted, 'attention'> => ({ attention: [...attention, { reason, of, at, change }] });

export function withoutAttention(
  { attention, kept }: Noted,
  { reason, of, kept: isKept }: OfType<AttentionEvent, 'AttentionCleared'>['data'],
): Noted {
  const cause = { reason, of };
  const others = causesBeside(kept, [cause]);
  return { attention: causesBeside(attention, [cause]), kept: isKept ? [...others, cause] : others };
}

/** Its people set the hours aside when they booked it. */
const isAccepted = ({ overridden }: MadeBooking, { reason }: Uncovering): boolean =>
  overridden.includes('hours') && OF_HOURS.includes(reason);

const subject = ({ bookingId, businessId, customerId }: MadeBooking) => ({ bookingId, businessId, customerId });
