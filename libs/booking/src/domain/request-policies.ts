import { DAY, DomainError, fromEpochMs, localDate, MINUTE, plusDays } from '@yoyaku/kernel';
import type { StartRule } from './booking.events';
import { onGrid } from './grid';
import { localDay } from './local-days';
import { covers, PlaceTimes } from './opening';
import { type BusinessRules, capacityOf, type ResourceRules, type ServiceRules, type Venue } from './rules';
import type { Interval } from './timetable';

/** A request for a service at a time. Moments are epoch ms. */
export interface Wish {
  readonly business: BusinessRules;
  readonly service: ServiceRules;
  readonly start: number;
  readonly partySize: number;
  /** The moment of the request. */
  readonly at: number;
  /** The rules that the business's people set aside; absent: none. */
  readonly override?: readonly StartRule[];
}

/** A request for it at a place. */
interface WishThere extends Wish {
  readonly venue: Pick<Venue, 'opening'>;
}

interface Use extends WishThere {
  readonly resource: ResourceRules;
  readonly end: number;
}

interface Policy<Asked> {
  readonly code: string;
  /** Under this name it can be set aside. */
  readonly rule?: StartRule;
  /** The field of the request that is at fault. */
  readonly path?: string;
  readonly allows: (asked: Asked) => boolean;
  /** What would do. */
  readonly facts?: (asked: Asked) => object;
}

/** The first moment (epoch ms) at which a booking that is made now may start. Notice is time that elapses. */
export const earliestStart = ({ minNoticeMinutes }: BusinessRules, at: number): number =>
  at + minNoticeMinutes * MINUTE;

/**
 * The moment (epoch ms) before which a booking that is made now must start: the midnight that ends the window's last
 * date. The window is counted in dates of the place.
 */
export const windowEnd = ({ bookingWindowDays }: BusinessRules, timeZone: string, at: number): number =>
  localDay(timeZone, plusDays(localDate(fromEpochMs(at - (at % MINUTE)), timeZone), bookingWindowDays)).end;

/** Staff often enter a walk-in after it began: with `notice` set aside, a start up to this long ago is accepted. */
const WALK_IN_UP_TO = DAY;

/** The first moment at which it may start. */
const earliestFor = ({ business, at, override }: Wish): number =>
  override?.includes('notice') ? at - WALK_IN_UP_TO : earliestStart(business, at);

const WISH_POLICIES: readonly Policy<Wish>[] = [
  { code: 'booking.business_closed', allows: ({ business }) => business.takesBookings },
  { code: 'business.subscription_expired', allows: ({ business }) => business.takesNew },
  {
    code: 'booking.too_soon',
    path: 'start',
    allows: (wish) => wish.start >= earliestFor(wish),
    facts: (wish) => ({ earliest: fromEpochMs(earliestFor(wish)) }),
  },
];

const endOfWindow = ({ business, venue, at }: WishThere): number => windowEnd(business, venue.opening.timeZone, at);

const PLACE_POLICIES: readonly Policy<WishThere>[] = [
  {
    code: 'booking.too_far',
    rule: 'window',
    path: 'start',
    allows: (wish) => wish.start < endOfWindow(wish),
    facts: (wish) => ({ latest: fromEpochMs(endOfWindow(wish) - MINUTE) }),
  },
  { code: 'booking.off_grid', rule: 'grid', path: 'start', allows: isOnGrid },
];

const USE_POLICIES: readonly Policy<Use>[] = [
  {
    code: 'booking.party_too_large',
    path: 'partySize',
    allows: ({ service, resource, partySize }) => partySize <= capacityOf(service, resource),
    facts: ({ service, resource }) => ({ maximum: capacityOf(service, resource) }),
  },
  { code: 'booking.outside_hours', rule: 'hours', path: 'start', allows: isOpen },
];

type Uses = readonly [wish: Wish, venue: Pick<Venue, 'opening'>, resource: ResourceRules, end: number];

/** The errors of all broken rules that depend neither on the place nor on the choice of resources. */
export const objectionsToWish = (wish: Wish): Iterable<DomainError> => objections(WISH_POLICIES, wish);

/** The errors of all rules that forbid this place, whatever the resources. */
export const objectionsToPlace = (wish: Wish, venue: Pick<Venue, 'opening'>): Iterable<DomainError> =>
  objections(PLACE_POLICIES, { ...wish, venue });

/** The errors of all rules that forbid this resource there. What is already booked on it is not looked at. */
export const objectionsToUse = (...[wish, venue, resource, end]: Uses): Iterable<DomainError> =>
  objections(USE_POLICIES, { ...wish, venue, resource, end });

/** Throws the error of the first broken rule that depends neither on the place nor on the choice of resources. */
export function ensureBookable(wish: Wish): void {
  const objection = first(objectionsToWish(wish));
  if (objection) throw objection;
}

/** The error of the first rule that forbids this place, whatever the resources. */
export const objectionToPlace = (wish: Wish, venue: Pick<Venue, 'opening'>): DomainError | undefined =>
  first(objectionsToPlace(wish, venue));

/** The error of the first rule that forbids this resource there. What is already booked on it is not looked at. */
export const objectionToUse = (...use: Uses): DomainError | undefined => first(objectionsToUse(...use));

function* objections<Asked extends Wish>(policies: readonly Policy<Asked>[], asked: Asked): Generator<DomainError> {
  for (const { code, rule, path, allows, facts } of policies) {
    const isSetAside = rule !== undefined && asked.override?.includes(rule);
    if (!isSetAside && !allows(asked)) yield new DomainError(code, { path, ...facts?.(asked) });
  }
}

function first<T>(items: Iterable<T>): T | undefined {
  for (const item of items) return item;
  return undefined;
}

/** A start outside the hours is on no grid; whether it may be there is a matter of the hours. */
function isOnGrid({ business, service, venue, start }: WishThere): boolean {
  const grid = { minutes: service.slotIntervalMinutes, alignment: business.slotAlignment };
  const spans = timesAround(venue, { start, end: start }).spans.filter(
    (span) => span.start <= start && start < span.end,
  );
  return start % MINUTE === 0 && (spans.length === 0 || spans.some((span) => onGrid(start, span, grid)));
}

function isOpen({ venue, resource, start, end }: Use): boolean {
  return covers(timesAround(venue, { start, end }).of(resource), { start, end });
}

/** When the place is open around that time: a span that began on the date before may still last. */
export function timesAround({ opening }: Pick<Venue, 'opening'>, { start, end }: Interval): PlaceTimes {
  const dateOf = (ms: number) => localDate(fromEpochMs(ms), opening.timeZone);
  return new PlaceTimes(opening, plusDays(dateOf(start), -1), dateOf(end));
}
