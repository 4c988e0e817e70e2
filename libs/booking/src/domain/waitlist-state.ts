import { DAY, DomainError, epochMs, type Instant, MINUTE, type Uuid } from '@yoyaku/kernel';
import type { Reservation } from './booking.events';
import type { Interval } from './timetable';
import type { HeldOffer, LeaveReason, WaitlistWish } from './waitlist.events';

interface Wait extends WaitlistWish {
  readonly entryId: Uuid;
  readonly customerId: Uuid;
  readonly userId: Uuid | null;
  readonly joinedAt: Instant;
  /** When something last happened to it. */
  readonly changedAt: Instant;
}

/** Somebody in the line of a service, or who was in it until a moment ago. */
export type WaitlistEntry = Wait &
  (
    | { readonly status: 'waiting' }
    | { readonly status: 'offered' | 'accepted'; readonly offer: HeldOffer }
    | { readonly status: 'declined' | 'lapsed'; readonly given: Reservation }
    /** `given`: what was held for them. */
    | { readonly status: 'removed'; readonly reason: LeaveReason; readonly given: Reservation | null }
  );

export const WAITLIST_STATUSES = ['waiting', 'offered', 'accepted', 'declined', 'lapsed', 'removed'] as const;

export type Waiting = Extract<WaitlistEntry, { status: 'waiting' }>;
/** With a time that is held for them, or was until it became their booking. */
export type Offered = Extract<WaitlistEntry, { offer: HeldOffer }>;

/** Epoch ms. */
interface RefusedTime extends Interval {
  readonly customerId: Uuid;
}

export interface WaitlistState {
  readonly businessId: Uuid | null;
  readonly serviceId: Uuid | null;
  /** In the order in which they came. */
  readonly entries: readonly WaitlistEntry[];
  /** Times that somebody was offered and did not take: they are not offered to them again. */
  readonly refused: readonly RefusedTime[];
  /** Holds of which no offer can be made any more. */
  readonly forfeited: readonly { readonly holdId: Uuid; readonly at: Instant }[];
}

export const isWaiting = (entry: WaitlistEntry | undefined): entry is Waiting => entry?.status === 'waiting';
export const isOffered = (entry: WaitlistEntry | undefined): entry is Offered & { readonly status: 'offered' } =>
  entry?.status === 'offered';

export const findEntry = ({ entries }: WaitlistState, entryId: Uuid): WaitlistEntry | undefined =>
  entries.find((entry) => entry.entryId === entryId);

/** Throws `waitlist.ended` for one that is not there, or ended longer ago than the line remembers. */
export function entryOf(state: WaitlistState, entryId: Uuid): WaitlistEntry {
  const entry = findEntry(state, entryId);
  if (!entry) throw new DomainError('waitlist.ended');
  return entry;
}

/** How many are to be offered a time before, and oneself; null: who does not wait has no place. */
export function placeOf({ entries }: WaitlistState, entryId: Uuid): number | null {
  const at = entries.filter(isWaiting).findIndex((entry) => entry.entryId === entryId);
  return at < 0 ? null : at + 1;
}

/** Those who wait and are not thinking about another offer, in order. */
export function nextInLine({ entries }: WaitlistState): Waiting[] {
  const thinking = new Set(entries.filter(isOffered).map(({ customerId }) => customerId));
  return entries.filter(isWaiting).filter(({ customerId }) => !thinking.has(customerId));
}

/** Whether they declined that time, or some of it, or let it lapse: they had their turn, whatever else they wait for. */
export const hasRefused = ({ refused }: WaitlistState, customerId: Uuid, { start, end }: Interval): boolean =>
  refused.some((one) => one.customerId === customerId && one.start < end && start < one.end);

/** How long the line remembers who left it, so that a second click is answered as the first; in ms. */
const REMEMBERED = 10 * MINUTE;
/** No process takes longer between a hold and its offer; in ms. */
const FORFEITED = DAY;

/** An accepted one is kept until its time comes: by then its booking was made, whoever died. */
const isRemembered = (entry: WaitlistEntry, now: number): boolean => {
  if (entry.status === 'waiting' || entry.status === 'offered') return true;
  const until = epochMs(entry.changedAt) + REMEMBERED;
  return now < (entry.status === 'accepted' ? Math.max(until, epochMs(entry.offer.start)) : until);
};

/** Without what is long over, so that a line stays as short as those who wait in it. To be done where it grows. */
export function forgetful(state: WaitlistState, at: Instant): WaitlistState {
  const now = epochMs(at);
  const forfeited = state.forfeited.filter((one) => now < epochMs(one.at) + FORFEITED);
  const refused = state.refused.filter(({ end }) => now < end);
  return { ...state, entries: state.entries.filter((entry) => isRemembered(entry, now)), refused, forfeited };
}
