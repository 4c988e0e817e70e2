import {
  type Aggregate,
  type Decider,
  ensure,
  epochMs,
  type Instant,
  isSame,
  type Message,
  PLATFORM,
  type Uuid,
} from '@yoyaku/kernel';
import type { Reservation } from './booking.events';
import {
  type HeldOffer,
  type LeaveReason,
  WAITLIST,
  type WaitlistEvent,
  type WaitlistWish,
  waitlistEvents,
} from './waitlist.events';
import {
  entryOf,
  findEntry,
  forgetful,
  hasRefused,
  isOffered,
  isWaiting,
  type Offered,
  type WaitlistEntry,
  type WaitlistState,
} from './waitlist-state';

interface Line {
  readonly businessId: Uuid;
  readonly serviceId: Uuid;
}
interface OfEntry {
  readonly entryId: Uuid;
}

/** Steps of commands in `application/`, which also see to the calendars and to the bookings. */
export type WaitlistStep =
  /** Whoever waits for the very same already stays where they are. */
  | Message<'AddToWaitlist', OfEntry & Line & WaitlistWish & { customerId: Uuid; userId: Uuid | null; endsAt: Instant }>
  /** Offers a time that is held on the calendars for them. */
  | Message<'OfferSlot', OfEntry & { offer: HeldOffer }>
  | Message<'AcceptOffer', OfEntry>
  | Message<'DeclineOffer', OfEntry>
  | Message<'ExpireOffer', OfEntry>
  | Message<'RemoveFromWaitlist', OfEntry & { reason: LeaveReason }>
  /** All who wait leave, and nothing is offered to them any more. */
  | Message<'EndWaitlist', { reason: LeaveReason }>
  /** Makes sure that this hold will never be offered, unless it is. */
  | Message<'ForfeitOffer', OfEntry & Line & { holdId: Uuid }>;

/** So many may wait for one service, and so often may one of them: what is read to offer a time is bounded. */
export const MOST_WAITING = 2_000;
export const MOST_OF_ONE = 10;

const wishOf = ({ from, to, partySize, resourceIds, locationId }: WaitlistWish): WaitlistWish => ({
  from,
  to,
  partySize,
  resourceIds: resourceIds.toSorted(),
  locationId,
});

/** The entry of somebody who waits for the very same, or was just offered it. */
export const sameWish = ({ entries }: WaitlistState, customerId: Uuid, wish: WaitlistWish): WaitlistEntry | undefined =>
  entries.find(
    (entry) =>
      (isWaiting(entry) || isOffered(entry)) && entry.customerId === customerId && isSame(wishOf(entry), wishOf(wish)),
  );

const decider: Decider<WaitlistState, WaitlistStep, WaitlistEvent> = {
  initial: { businessId: null, serviceId: null, entries: [], refused: [], forfeited: [] },
  decide: {
    AddToWaitlist: ({ data }, state) => {
      const { entryId, customerId } = data;
      if (findEntry(state, entryId) || sameWish(state, customerId, data)) return [];
      const open = state.entries.filter((entry) => isWaiting(entry) || isOffered(entry));
      const own = open.filter((entry) => entry.customerId === customerId);
      ensure(own.length < MOST_OF_ONE, 'waitlist.too_often', { limit: MOST_OF_ONE });
      ensure(open.length < MOST_WAITING, 'waitlist.full', { limit: MOST_WAITING });
      return [{ type: 'WaitlistJoined', data }];
    },
    OfferSlot: ({ data: { entryId, offer }, at }, state) => {
      const entry = entryOf(state, entryId);
      if (isOffered(entry) && entry.offer.holdId === offer.holdId) return [];
      ensure(isWaiting(entry), 'waitlist.not_waiting');
      const { customerId, userId, partySize } = entry;
      const isThinking = state.entries.some((other) => isOffered(other) && other.customerId === customerId);
      ensure(!isThinking && !hasRefused(state, customerId, timeOf(offer)), 'waitlist.not_waiting');
      ensure(epochMs(offer.expiresAt) > epochMs(at), 'waitlist.offer_lapsed');
      ensure(!state.forfeited.some(({ holdId }) => holdId === offer.holdId), 'waitlist.not_waiting');
      return [{ type: 'WaitlistSlotOffered', data: { ...subjectOf(entry, state), userId, partySize, ...offer } }];
    },
    AcceptOffer: ({ data, at }, state) => {
      const entry = entryOf(state, data.entryId);
      if (entry.status === 'accepted') return [];
      const { offer } = answering(entry, at);
      return [{ type: 'WaitlistOfferAccepted', data: { ...subjectOf(entry, state), ...reservation(offer) } }];
    },
    DeclineOffer: ({ data, at }, state) => {
      const entry = entryOf(state, data.entryId);
      if (entry.status === 'declined') return [];
      const { offer } = answering(entry, at);
      return [{ type: 'WaitlistOfferDeclined', data: { ...subjectOf(entry, state), ...reservation(offer) } }];
    },
    ExpireOffer: ({ data, at }, state) => {
      const entry = findEntry(state, data.entryId);
      if (!isOffered(entry)) return [];
      const { offer } = entry;
      ensure(epochMs(at) >= epochMs(offer.expiresAt), 'waitlist.not_due');
      const { serviceName, locationId } = offer;
      return [
        {
          type: 'WaitlistOfferLapsed',
          data: { ...subjectOf(entry, state), ...reservation(offer), serviceName, locationId },
        },
      ];
    },
    RemoveFromWaitlist: ({ data: { entryId, reason } }, state) => {
      const entry = entryOf(state, entryId);
      if (entry.status === 'removed') return [];
      ensure(isWaiting(entry) || isOffered(entry), 'waitlist.ended', { status: entry.status });
      return [left(entry, reason, state)];
    },
    EndWaitlist: ({ data: { reason } }, state) =>
      state.entries.filter((entry) => isWaiting(entry) || isOffered(entry)).map((entry) => left(entry, reason, state)),
    ForfeitOffer: ({ data }, state) => {
      const { entryId, holdId } = data;
      const isForfeited = state.forfeited.some((one) => one.holdId === holdId);
      return isWaiting(findEntry(state, entryId)) && !isForfeited ? [{ type: 'WaitlistOfferForfeited', data }] : [];
    },
  },
  evolve: {
    WaitlistJoined: (state, { data, at }) => {
      const { businessId, serviceId, endsAt: _, ...wait } = data;
      const { entries, refused, forfeited } = forgetful(state, at);
      const entry = { ...wait, status: 'waiting', joinedAt: at, changedAt: at } as const;
      return { businessId, serviceId, refused, forfeited, entries: [...entries, entry] };
    },
    WaitlistSlotOffered: (state, { data, at }) => {
      const { holdId, locationId, resourceIds, start, end, serviceName, price, terms, pendingFor, expiresAt } = data;
      const place = { holdId, locationId, resourceIds, start, end };
      const offer = { ...place, serviceName, price, terms, pendingFor, expiresAt };
      return changed(state, data.entryId, at, (entry) => ({ ...entry, status: 'offered', offer }));
    },
    WaitlistOfferAccepted: (state, { data, at }) =>
      changed(state, data.entryId, at, (entry) => (isOffered(entry) ? { ...entry, status: 'accepted' } : entry)),
    WaitlistOfferDeclined: (state, { data, at }) =>
      changed(refusing(state, data, data), data.entryId, at, (entry) => ({
        ...waitOf(entry),
        status: 'declined',
        given: reservation(data),
      })),
    WaitlistOfferLapsed: (state, { data, at }) =>
      changed(refusing(state, data, data), data.entryId, at, (entry) => ({
        ...waitOf(entry),
        status: 'lapsed',
        given: reservation(data),
      })),
    WaitlistLeft: (state, { data: { entryId, customerId, reason, offer }, at }) =>
      changed(refusing(state, { customerId }, offer), entryId, at, (entry) => ({
        ...waitOf(entry),
        status: 'removed',
        reason,
        given: offer,
      })),
    WaitlistOfferForfeited: (state, { data: { holdId }, at }) => ({
      ...state,
      forfeited: [...state.forfeited, { holdId, at }],
    }),
  },
};

const reservation = ({ holdId, resourceIds, start, end }: Reservation): Reservation => ({
  holdId,
  resourceIds,
  start,
  end,
});

const timeOf = ({ start, end }: Pick<Reservation, 'start' | 'end'>) => ({ start: epochMs(start), end: epochMs(end) });

function refusing(
  state: WaitlistState,
  { customerId }: Pick<WaitlistEntry, 'customerId'>,
  offer: Reservation | null,
): WaitlistState {
  return offer ? { ...state, refused: [...state.refused, { customerId, ...timeOf(offer) }] } : state;
}

/** Who has an offer that is still open. Throws why there is none: `waitlist.no_offer`, `.offer_lapsed`, `.ended`. */
function answering(entry: WaitlistEntry, at: Instant): Offered {
  ensure(!isWaiting(entry), 'waitlist.no_offer');
  ensure(isOffered(entry), 'waitlist.ended', { status: entry.status });
  ensure(epochMs(at) < epochMs(entry.offer.expiresAt), 'waitlist.offer_lapsed');
  return entry;
}

const left = (entry: WaitlistEntry, reason: LeaveReason, state: WaitlistState): WaitlistEvent => ({
  type: 'WaitlistLeft',
  data: { ...subjectOf(entry, state), reason, offer: isOffered(entry) ? reservation(entry.offer) : null },
});

function subjectOf({ entryId, customerId }: WaitlistEntry, { businessId, serviceId }: WaitlistState) {
  if (!businessId || !serviceId) throw new Error('Nobody waits in a line that was never begun');
  return { entryId, businessId, serviceId, customerId };
}

/** What somebody waits or waited for, without what came of it. */
const waitOf = ({ entryId, customerId, userId, joinedAt, changedAt, ...entry }: WaitlistEntry) => {
  const { from, to, partySize, resourceIds, locationId } = entry;
  return { entryId, customerId, userId, from, to, partySize, resourceIds, locationId, joinedAt, changedAt };
};

function changed(
  state: WaitlistState,
  entryId: Uuid,
  at: Instant,
  to: (entry: WaitlistEntry) => WaitlistEntry,
): WaitlistState {
  const i = state.entries.findIndex((entry) => entry.entryId === entryId);
  const entry = state.entries[i];
  return entry ? { ...state, entries: state.entries.with(i, { ...to(entry), changedAt: at }) } : state;
}

/**
 * The line of one service: who waits in which order, and to whom a time is offered. The stream is `waitlist-<serviceId>`;
 * its expected revision makes each free time go to one of them, and each of them have one offer at a time.
 */
export const Waitlist: Aggregate<WaitlistState, WaitlistStep, WaitlistEvent> = {
  category: WAITLIST,
  decider,
  events: waitlistEvents,
  tenantOf: ({ businessId }) => businessId ?? PLATFORM,
  snapshot: { every: 500, version: 2 },
};
