import { type DomainError, fromEpochMs, type Instant, MINUTE, type Uuid } from '@yoyaku/kernel';
import { type CalendarState, type Held, placesLeft, rivalsOf } from './calendar.decider';
import { type Choice, Choices, canBeMet, type SlotWish, slotOf } from './choices';
import { HOURS_CAUSES, hoursAgainst } from './hours-against';
import { performersOf } from './offers';
import { type Option, optionsFor } from './options';
import { objectionsToPlace, objectionsToUse, objectionsToWish } from './request-policies';
import { choicesAt, eligible, type ResourceRules, usableAt, type Venue } from './rules';
import { type Interval, startingAt } from './timetable';

/** What is behind a refusal whose code does not tell it. */
export const CAUSES = [
  ...HOURS_CAUSES,
  // What is in the calendar: `booking.slot_taken`.
  'block',
  'booking',
  'buffer',
  'session_full',
  'other_team',
  // What keeps a resource, or all of them, from being chosen: `booking.resource_unsuitable`.
  'withdrawn',
  'member_left',
  'member_invited',
  'place_closed',
  'elsewhere',
  'not_of_service',
  'nobody_there',
  'needed_twice',
] as const;
export type Cause = (typeof CAUSES)[number];

/** Why a resource that is named cannot be booked. */
export type Unusable = Extract<
  Cause,
  'withdrawn' | 'member_left' | 'member_invited' | 'place_closed' | 'elsewhere' | 'not_of_service'
>;

interface Reason {
  /** The code with which a request to book it is refused. */
  readonly code: string;
  readonly cause?: Cause;
  readonly resourceId?: Uuid;
  readonly locationId?: Uuid;
  readonly earliest?: Instant;
  readonly latest?: Instant;
  readonly maximum?: number;
  /** Of what takes the time. */
  readonly start?: Instant;
  readonly end?: Instant;
  readonly bookingId?: Uuid;
  /** Places that are left in a session. */
  readonly remaining?: number;
}

export interface Explanation {
  readonly offered: boolean;
  /** Every one; none where it is offered. */
  readonly reasons: readonly Reason[];
}

/** The calendars, and what is the matter with the resources that the rules leave out. */
export interface Circumstances {
  readonly calendarOf: (resourceId: Uuid) => CalendarState;
  readonly whyUnusable: (resourceId: Uuid) => Unusable;
}

/** A list of reasons ends here. */
const MOST_REASONS = 1_000;

/**
 * Whether a customer's wish can be booked, judged as a request to book it is; if not, every reason why, up to 1,000.
 * Candidates for a requirement are named where none of them will do. Yields between offers, so that other work may go
 * first.
 */
export function* explain(wish: SlotWish, circumstances: Circumstances): Generator<void, Explanation> {
  if (yield* isOffered(wish, circumstances)) return { offered: true, reasons: [] };
  const reasons = new Map<string, Reason>();
  for (const some of new Explainer(wish, circumstances).reasons()) {
    for (const reason of some) reasons.set(JSON.stringify(reason), reason);
    if (reasons.size >= MOST_REASONS) break;
    yield;
  }
  return { offered: false, reasons: [...reasons.values()].slice(0, MOST_REASONS) };
}

function* isOffered(wish: SlotWish, { calendarOf }: Circumstances): Generator<void, boolean> {
  if ([...objectionsToWish(wish)].length > 0 || !wish.resourceIds.every((id) => wish.resources.has(id))) return false;
  for (const { choices, timeOf } of optionsOf(wish, calendarOf)) {
    const isFree = (id: Uuid): boolean => placesLeft(calendarOf(id), slotOf(wish, id, wish.bookingId, timeOf(id))) >= 0;
    if (canBeMet(choices(), isFree)) return true;
    yield;
  }
  return false;
}

const optionsOf = (wish: SlotWish, calendarOf: Circumstances['calendarOf']): Option[] =>
  optionsFor(wish, new Choices(wish), (id) => startingAt(calendarOf(id), wish.start));

const intervalOf = ({ start }: SlotWish, minutes: number): Interval => ({ start, end: start + minutes * MINUTE });

/** Tells the reasons of what is not offered. */
class Explainer {
  /** By place and length, what is the matter with each resource that was asked about. */
  private readonly known = new Map<Venue, Map<number, Map<Uuid, Reason[]>>>();

  constructor(
    private readonly wish: SlotWish,
    private readonly circumstances: Circumstances,
  ) {}

  *reasons(): Generator<Reason[]> {
    const { venues, resourceIds, resources } = this.wish;
    const gone = resourceIds.filter((id) => !resources.has(id));
    yield [...[...objectionsToWish(this.wish)].map(reasonOf), ...gone.map(this.unusable)];
    const possible = venues.filter((venue) => this.canBeAt(venue));
    for (const venue of possible) yield* this.against(venue);
    if (possible.length === 0 && gone.length === 0) yield this.missing();
  }

  /** Who may meet each of the requirements, if one of these performs the service. */
  private named(performers: readonly Uuid[]): readonly (readonly Uuid[])[] {
    const { service, resources, resourceIds } = this.wish;
    return service.requirements.map((requirement, i) =>
      eligible(requirement, resourceIds).filter((id) => resources.has(id) && (i > 0 || performers.includes(id))),
    );
  }

  private readonly locationOf = (id: Uuid): Uuid | null => this.wish.resources.get(id)?.locationId ?? null;

  /** The ways to have somebody at the place for each requirement, free or not. */
  private choicesAt(venue: Venue, performers: readonly Uuid[]): Choice[] {
    return choicesAt(venue, this.named(performers), this.locationOf)
      .filter((requirements) => requirements.every(({ length }) => length > 0))
      .map((requirements) => ({ venue, requirements }));
  }

  private canBeAt(venue: Venue): boolean {
    return this.choicesAt(venue, this.wish.service.requirements[0]?.anyOf ?? []).length > 0;
  }

  private *against(venue: Venue): Generator<Reason[]> {
    const { service, partySize } = this.wish;
    yield [...objectionsToPlace(this.wish, venue)].map((error) => ({ ...reasonOf(error), ...at(venue) }));
    for (const { offer, ids } of performersOf(service, partySize)) {
      const choices = this.choicesAt(venue, ids);
      if (choices.length === 0) continue;
      const isFree = (id: Uuid): boolean => this.againstResource(venue, id, offer.minutes).length === 0;
      const unmet = this.named(ids)
        .map((list) => usableAt(venue, list, this.locationOf))
        .filter((list) => !list.some(isFree));
      yield unmet.flat().flatMap((id) => this.againstResource(venue, id, offer.minutes));
      if (unmet.length > 0) continue;
      if (canBeMet(choices, isFree)) yield this.inTeams(ids);
      else yield [{ code: UNSUITABLE, cause: 'needed_twice', ...at(venue) }];
    }
  }

  private againstResource(venue: Venue, resourceId: Uuid, minutes: number): Reason[] {
    return this.known
      .getOrInsertComputed(venue, () => new Map())
      .getOrInsertComputed(minutes, () => new Map<Uuid, Reason[]>())
      .getOrInsertComputed(resourceId, () => {
        const session = this.sessionOf(resourceId);
        const interval = session ?? intervalOf(this.wish, minutes);
        return [...this.byRules(venue, resourceId, interval), ...this.takenBy(resourceId, interval, session)];
      });
  }

  /** The session of the service that stands then, for who joins it. */
  private sessionOf(resourceId: Uuid): Held | undefined {
    const { service, start } = this.wish;
    if (!service.shared) return undefined;
    const then = startingAt(this.circumstances.calendarOf(resourceId), start);
    return then.find(({ shared, serviceId }) => shared && serviceId === service.serviceId);
  }

  private byRules(venue: Venue, resourceId: Uuid, interval: Interval): Reason[] {
    const resource = this.wish.resources.get(resourceId) as ResourceRules;
    const where = { resourceId, ...at(venue) };
    return [...objectionsToUse(this.wish, venue, resource, interval.end)].flatMap((error): Reason[] => {
      const reason = { ...reasonOf(error), ...where };
      if (error.code !== 'booking.outside_hours') return [reason];
      return hoursAgainst(venue, resource, interval).map((cause) => ({ ...reason, cause }));
    });
  }

  /** Those who would do, but are in sessions with others. */
  private inTeams(performers: readonly Uuid[]): Reason[] {
    return this.named(performers)
      .flat()
      .flatMap((resourceId): Reason[] => {
        const session = this.sessionOf(resourceId);
        if (!session) return [];
        const [start, end] = [fromEpochMs(session.start), fromEpochMs(session.end)];
        return [{ code: 'booking.slot_taken', cause: 'other_team', resourceId, start, end }];
      });
  }

  private takenBy(resourceId: Uuid, interval: Interval, session: Held | undefined): Reason[] {
    const calendar = this.circumstances.calendarOf(resourceId);
    const { service } = this.wish;
    const {
      before = service.bufferBeforeMinutes * MINUTE,
      after = service.bufferAfterMinutes * MINUTE,
      alongside = null,
    } = session ?? {};
    const time = { ...interval, before, after, alongside };
    const slot = slotOf(this.wish, resourceId, this.wish.bookingId, time);
    const left = placesLeft(calendar, slot);
    if (left >= 0) return [];
    const rivals = rivalsOf(calendar, slot);
    const inTheWay = rivals.filter(({ joins }) => !joins);
    return (inTheWay.length > 0 ? inTheWay : rivals).map(({ entry, joins }) => ({
      code: 'booking.slot_taken',
      cause: joins ? 'session_full' : causeOf(entry, interval),
      resourceId,
      start: fromEpochMs(entry.start),
      end: fromEpochMs(entry.end),
      ...(joins ? { remaining: left + slot.partySize } : bookingOf(entry)),
    }));
  }

  /** Of which requirements the business has nobody at all, and why. */
  private missing(): Reason[] {
    const { service, resources } = this.wish;
    const unmet = service.requirements.filter(({ anyOf }) => !anyOf.some((id) => resources.has(id)));
    if (unmet.length === 0) return [{ code: UNSUITABLE, cause: 'nobody_there' }];
    return unmet.flatMap(({ anyOf }) => anyOf.map(this.unusable));
  }

  private readonly unusable = (resourceId: Uuid): Reason => ({
    code: UNSUITABLE,
    cause: this.circumstances.whyUnusable(resourceId),
    resourceId,
  });
}

const UNSUITABLE = 'booking.resource_unsuitable';

const at = ({ locationId }: Venue): Pick<Reason, 'locationId'> => (locationId === null ? {} : { locationId });

const bookingOf = ({ serviceId, bookingId }: Held): Pick<Reason, 'bookingId'> =>
  serviceId === null ? {} : { bookingId };

const causeOf = ({ start, end, serviceId }: Held, wanted: Interval): Cause => {
  if (serviceId === null) return 'block';
  return start < wanted.end && wanted.start < end ? 'booking' : 'buffer';
};

const reasonOf = ({ code, facts }: DomainError): Reason => {
  const { path: _, ...known } = facts;
  return { code, ...known };
};
