import { atLocal, epochMs, instant, type LocalDate, type Weekday, type WeeklySpans } from '@yoyaku/kernel';
import { id } from '@yoyaku/kernel/specification';
import type { SlotSearch } from '../src/domain/chances';
import type { Candidate } from '../src/domain/free-units';
import type { BusinessRules, OpeningRules, Requirement, ServiceRules, Venue } from '../src/domain/rules';
import type { Sessions } from '../src/domain/sessions';
import { findSlots, type OfferedSlot } from '../src/domain/slot-search';
import type { Entry } from '../src/domain/timetable';

export const TOKYO = 'Asia/Tokyo';
export const BERLIN = 'Europe/Berlin';
const DAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
export const daily = (starts: string, ends: string): WeeklySpans =>
  Object.fromEntries(DAYS.map((day) => [day, [{ starts, ends }]]));

export const placeIn = (timeZone: string, hours = daily('09:00', '18:00')): OpeningRules => ({
  timeZone,
  hours,
  holidays: {},
});

export const business = (other: Partial<BusinessRules> = {}): BusinessRules => ({
  businessId: id('salon'),
  takesBookings: true,
  takesNew: true,
  timeZone: TOKYO,
  minNoticeMinutes: 0,
  bookingWindowDays: 90,
  slotAlignment: 'opening',
  autoConfirm: true,
  ...other,
});
/** A requirement that each of these resources meets. */
export const anyOf = (...names: readonly string[]): Requirement => ({ anyOf: names.map(id) });
export const service = (other: Partial<ServiceRules> = {}): ServiceRules => ({
  serviceId: id('haircut'),
  name: 'Haircut',
  durationMinutes: 60,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  slotIntervalMinutes: 30,
  price: { amount: 8000, currency: 'JPY' },
  pricing: 'booking',
  capacity: 1,
  shared: true,
  requirements: [anyOf('yuki')],
  overrides: [],
  terms: {
    freeUntilHours: 0,
    lateFee: null,
    noShowFee: null,
    pendingExpiryMinutes: 60,
    checkInFromMinutes: 120,
    noShowAfterMinutes: 15,
    autoCompleteMinutes: null,
    depositRule: null,
    holdMinutes: 15,
    reminderHours: [24, 2],
  },
  ...other,
});
/** A candidate, and when the place is open where it is. */
export interface PlacedCandidate extends Candidate {
  readonly place: OpeningRules;
}
export const candidate = (name: string, other: Partial<PlacedCandidate> = {}): PlacedCandidate => ({
  resourceId: id(name),
  locationId: null,
  place: placeIn(TOKYO),
  capacity: 1,
  hours: null,
  exceptions: {},
  taken: [],
  ...other,
});
/** The entries, each kind together. */
export const sessionsOf = (entries: readonly Entry[]): Sessions[] =>
  Object.values(Object.groupBy(entries, ({ start, end, ...entry }) => JSON.stringify([entry, end - start]))).flatMap(
    (alike = []) => {
      const [{ start, end, partySize, ...kind }] = alike as [Entry];
      return {
        ...kind,
        length: end - start,
        starts: alike.map((one) => one.start),
        people: alike.map((one) => one.partySize),
      };
    },
  );
const dayOf = (date: LocalDate, timeZone = TOKYO) => ({
  start: epochMs(atLocal(date, '00:00', timeZone)),
  end: epochMs(atLocal(date, '24:00', timeZone)),
});
/** The places of these candidates; a booking is where they are. */
const venuesOf = (candidates: readonly PlacedCandidate[]): Venue[] => {
  const openings = new Map(candidates.map(({ locationId, place }) => [locationId, place]));
  return [...openings].map(([locationId, opening]) => ({ locationId, opening, byResources: true }));
};
export const search = (
  candidates: readonly PlacedCandidate[],
  date: LocalDate,
  other: Partial<SlotSearch> = {},
): SlotSearch => ({
  business: business(),
  service: service(),
  candidates: new Map(candidates.map((one) => [one.resourceId, one])),
  venues: venuesOf(candidates),
  range: dayOf(date, other.business?.timeZone),
  partySize: 1,
  at: epochMs(instant('2027-01-01T00:00:00Z')),
  ...other,
});

/** What the search finds, without its pauses. */
export const slotsOf = (search: SlotSearch): OfferedSlot[] => resultOf(findSlots(search));

/** What comes of work that pauses. */
export function resultOf<Result>(work: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
