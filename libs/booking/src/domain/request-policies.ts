import { DAY, DomainError, fromEpochMs, localDate, MINUTE, plusDays } from '@yoyaku/kernel';
import { onGrid } from './grid';
import { covers, openingBetween } from './opening';
import { type BusinessRules, capacityOf, type ResourceRules, type ServiceRules } from './rules';
import type { Interval } from './timetable';

/** A request for a service at a time. Moments are epoch ms. */
export interface Wish {
  readonly business: BusinessRules;
  readonly service: ServiceRules;
  readonly start: number;
  readonly partySize: number;
  /** The moment of the request. */
  readonly at: number;
}

interface Policy<Asked> {
  readonly code: string;
  /** The field of the request that is at fault. */
  readonly path?: string;
  readonly allows: (asked: Asked) => boolean;
  /** What would do. */
  readonly facts?: (asked: Asked) => object;
}

/** The first and the last moment (epoch ms) at which a booking that is made now may start. */
export const bookable = ({ minNoticeMinutes, bookingWindowDays }: BusinessRules, at: number): Interval => ({
  start: at + minNoticeMinutes * MINUTE,
  end: at + bookingWindowDays * DAY,
});

const WISH_POLICIES: readonly Policy<Wish>[] = [
  { code: 'booking.business_closed', allows: ({ business }) => business.takesBookings },
  {
    code: 'booking.too_soon',
    path: 'start',
    allows: ({ business, start, at }) => start >= bookable(business, at).start,
    facts: ({ business, at }) => ({ earliest: fromEpochMs(bookable(business, at).start) }),
  },
  {
    code: 'booking.too_far',
    path: 'start',
    allows: ({ business, start, at }) => start <= bookable(business, at).end,
    facts: ({ business, at }) => ({ latest: fromEpochMs(bookable(business, at).end) }),
  },
  {
    code: 'booking.off_grid',
    path: 'start',
    allows: ({ business, service, start }) => onGrid(start, business.timeZone, service.slotIntervalMinutes),
  },
];

interface Use extends Wish {
  readonly resource: ResourceRules;
  readonly end: number;
}

const USE_POLICIES: readonly Policy<Use>[] = [
  {
    code: 'booking.party_too_large',
    path: 'partySize',
    allows: ({ service, resource, partySize }) => partySize <= capacityOf(service, resource),
    facts: ({ service, resource }) => ({ maximum: capacityOf(service, resource) }),
  },
  {
    code: 'booking.outside_hours',
    path: 'start',
    allows: ({ resource, start, end }) => isOpen(resource, { start, end }),
  },
];

/** Throws the error of the first broken rule that does not depend on the choice of resources. */
export function ensureBookable(wish: Wish): void {
  const objection = objectionTo(WISH_POLICIES, wish);
  if (objection) throw objection;
}

/** The error of the first rule that forbids this resource. What is already booked on it is not looked at. */
export const objectionToUse = (wish: Wish, resource: ResourceRules, end: number): DomainError | undefined =>
  objectionTo(USE_POLICIES, { ...wish, resource, end });

export interface Verdict {
  readonly code: string;
  readonly allowed: boolean;
}

/** Whether each rule allows this resource. What is already booked on it is not looked at. */
export const verdictsOn = (wish: Wish, resource: ResourceRules, end: number): Verdict[] => [
  ...WISH_POLICIES.map(({ code, allows }) => ({ code, allowed: allows(wish) })),
  ...USE_POLICIES.map(({ code, allows }) => ({ code, allowed: allows({ ...wish, resource, end }) })),
];

function objectionTo<Asked extends Wish>(policies: readonly Policy<Asked>[], asked: Asked): DomainError | undefined {
  const broken = policies.find(({ allows }) => !allows(asked));
  return broken && new DomainError(broken.code, { path: broken.path, ...broken.facts?.(asked) });
}

function isOpen(resource: ResourceRules, wanted: Interval): boolean {
  const dateOf = (ms: number) => localDate(fromEpochMs(ms), resource.place.timeZone);
  const openingOf = openingBetween(plusDays(dateOf(wanted.start), -1), dateOf(wanted.end));
  return covers(openingOf(resource), wanted);
}
