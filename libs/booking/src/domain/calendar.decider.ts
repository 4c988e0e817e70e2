import {
  type Aggregate,
  DAY,
  type Decider,
  ensure,
  epochMs,
  fromEpochMs,
  type Instant,
  type Message,
  MINUTE,
  type OfType,
  PLATFORM,
  type Uuid,
} from '@yoyaku/kernel';
import {
  type Block,
  CALENDAR,
  type CalendarEvent,
  calendarEvents,
  type OutsideCalendar,
  type Slot,
} from './calendar.events';
import { entryOfBlock, entryOfSlot, type Held } from './calendar-entries';
import { differenceOf, type OutsideTime } from './outside-times';
import {
  emptyTimetable,
  insert,
  isSameTeam,
  joins,
  placesTaken,
  rivals,
  startingAt,
  type Timetable,
  without,
} from './timetable';

export type { Held };

/** A slot to be reserved. `capacity`: how many people one session of the service may have on the resource. */
export type Bookable = Slot & { readonly capacity: number };

export type CalendarCommand =
  | Message<'BlockTime', Block & { reason: string | null }>
  | Message<'UnblockTime', { blockId: Uuid }>
  | Message<'LinkOutsideCalendar', OutsideCalendar & { url: string }>
  | Message<'UnlinkOutsideCalendar', { calendarId: Uuid }>
  /**
   * All times at which an outside calendar says that the resource is busy. Appends differences alone, and of many as
   * many as go into one append: {@link isBusyAs} tells whether that was all. One that is linked no more has no times.
   */
  | Message<'SetBusyTimes', { calendarId: Uuid; times: readonly OutsideTime[] }>;

/** Steps of commands about bookings: a slot belongs to a booking, and neither is there without the other for long. */
export type CalendarStep =
  /**
   * All slots or none; a series is one command. `leaving`: holds that are in nobody's way, because their bookings give them
   * up before the slots are taken up; until then they stand beside those.
   */
  | Message<'ReserveSlots', { slots: readonly Bookable[]; leaving?: readonly Identity[] }>
  | Message<'ReleaseSlots', { holds: readonly Identity[] }>
  | Message<'ReleaseSlot', Identity>;

export interface CalendarState extends Timetable<Held> {
  readonly businessId: Uuid | null;
  readonly resourceId: Uuid | null;
  /** Epoch ms of the last reservation, 0 when there was none. */
  readonly lastReservedAt: number;
  /** The outside calendars that are linked. */
  readonly calendars: readonly Uuid[];
}

/** Entries that ended longer ago than this are dropped: a day ago who walked in is still booked, and clocks differ. */
const KEPT_FOR = 2 * DAY;

const LONGEST_BLOCK = 366 * DAY;

const MOST_CALENDARS = 10;

/** Events of blocks in one append, which the store takes only up to a size. */
const MOST_AT_ONCE = 400;

export type Identity = Pick<Held, 'bookingId' | 'holdId'>;

/** A block is never a hold, even if it has the same id. */
const isHold = (entry: Held, { bookingId, holdId }: Identity): boolean =>
  entry.serviceId !== null && entry.bookingId === bookingId && entry.holdId === holdId;

/** The hold, whenever it starts. */
const find = ({ entries }: Timetable<Held>, hold: Identity): Held | undefined =>
  entries.find((entry) => isHold(entry, hold));

const findBlock = ({ entries }: Timetable<Held>, blockId: Uuid): Held | undefined =>
  entries.find(({ serviceId, bookingId }) => serviceId === null && bookingId === blockId);

/** The hold, if it is there and starts at that moment. */
function findAt(timetable: Timetable<Held>, hold: Identity & { readonly start: Instant }): Held | undefined {
  const start = epochMs(hold.start);
  return startingAt(timetable, start).find((entry) => isHold(entry, hold));
}

/** Whether the calendar has this operation's hold for this booking, for as long and with that team. */
export function holds(
  state: CalendarState,
  hold: Pick<Slot, 'bookingId' | 'holdId' | 'start' | 'end' | 'alongside'>,
): boolean {
  const held = findAt(state, hold);
  return held !== undefined && held.end === epochMs(hold.end) && isSameTeam(held.alongside, hold.alongside);
}

/**
 * Places that are left after this slot. Negative: too few; minus infinity: a block or another session is in the way.
 */
export const placesLeft = (timetable: Timetable, slot: Bookable): number =>
  slot.capacity - placesTaken(timetable, entryOfSlot(slot)) - slot.partySize;

/** What takes from this slot: entries that join its session, and entries that are in its way. */
export function rivalsOf(timetable: Timetable<Held>, slot: Bookable): { entry: Held; joins: boolean }[] {
  const wanted = entryOfSlot(slot);
  return [...rivals(timetable, wanted)].map((entry) => ({ entry, joins: joins(entry, wanted) }));
}

/** The bookings with time in that span, in order of their start. */
export const bookingsWithin = ({ entries }: CalendarState, span: Pick<Block, 'start' | 'end'>): Uuid[] => {
  const [from, to] = [epochMs(span.start), epochMs(span.end)];
  const within = entries.filter(({ serviceId, start, end }) => serviceId !== null && start < to && from < end);
  return [...new Set(within.map(({ bookingId }) => bookingId))];
};

/** Throws `calendar.too_many`. */
export function ensureRoomForCalendar({ calendars }: CalendarState, calendarId: Uuid): void {
  const others = calendars.filter((id) => id !== calendarId);
  ensure(others.length < MOST_CALENDARS, 'calendar.too_many', { limit: MOST_CALENDARS });
}

/** Whether its blocks are those that the outside calendar asks for. */
export const isBusyAs = (
  state: CalendarState,
  { calendarId, times }: { readonly calendarId: Uuid; readonly times: readonly OutsideTime[] },
  at: Instant,
): boolean => {
  const { missing, gone } = differenceOf(state, calendarId, times, at);
  return missing.length + gone.length === 0;
};

const add = (state: CalendarState, entry: Held, at: Instant): CalendarState => ({
  ...state,
  ...insert(forget(state, at), entry),
});

const remove = (state: CalendarState, gone: Held | undefined): CalendarState =>
  gone ? { ...state, ...without(state, [gone]) } : state;

function forget({ entries, reach }: CalendarState, at: Instant): Timetable<Held> {
  const since = epochMs(at) - KEPT_FOR;
  const ended: Held[] = [];
  for (const entry of entries) {
    if (entry.start >= since) break;
    if (entry.end < since) ended.push(entry);
  }
  return ended.length > 0 ? without({ entries, reach }, ended) : { entries, reach };
}

const decider: Decider<CalendarState, CalendarCommand | CalendarStep, CalendarEvent> = {
  initial: { ...emptyTimetable, businessId: null, resourceId: null, lastReservedAt: 0, calendars: [] },
  decide: {
    ReserveSlots: ({ data: { slots, leaving = [] } }, state) => {
      const missing = slots.filter((slot) => !holds(state, slot));
      // What was held for another length or team, before the service changed or the choice fell on somebody else.
      const replaced = missing.flatMap((slot) => findAt(state, slot) ?? []);
      const gone = leaving.flatMap((hold) => find(state, hold) ?? []);
      let timetable: Timetable<Held> = without(state, [...replaced, ...gone]);
      for (const slot of missing) {
        const { resourceId, start, end } = slot;
        ensure(placesLeft(timetable, slot) >= 0, 'booking.slot_taken', { resourceId, start, end });
        timetable = insert(timetable, entryOfSlot(slot));
      }
      return [
        ...replaced.map((held) => ({ type: 'SlotReleased', data: slotOf(held, state) }) as const),
        ...missing.map((data) => ({ type: 'SlotReserved', data }) as const),
      ];
    },
    ReleaseSlot: ({ data }, state) => {
      const held = find(state, data);
      return held ? [{ type: 'SlotReleased', data: slotOf(held, state) }] : [];
    },
    ReleaseSlots: ({ data: { holds } }, state) =>
      holds
        .flatMap((hold) => find(state, hold) ?? [])
        .map((held) => ({ type: 'SlotReleased', data: slotOf(held, state) }) as const),
    BlockTime: ({ data, at }, state) => {
      const known = findBlock(state, data.blockId);
      if (known) {
        const { start, end } = entryOfBlock(data);
        ensure(known.start === start && known.end === end, 'block.id_taken');
        return [];
      }
      ensure(epochMs(data.end) > epochMs(data.start), 'calendar.ends_before_start', { path: 'end' });
      ensure(epochMs(data.end) > epochMs(at), 'calendar.in_the_past', { path: 'end' });
      ensure(epochMs(data.end) - epochMs(data.start) <= LONGEST_BLOCK, 'calendar.block_too_long', { path: 'end' });
      return [{ type: 'TimeBlocked', data: { ...data, calendarId: null } }];
    },
    UnblockTime: ({ data: { blockId } }, state) => {
      const held = findBlock(state, blockId);
      ensure(held, 'block.not_found', { blockId });
      ensure(held.calendarId === null, 'block.of_calendar', { calendarId: held.calendarId });
      return [unblocked(held, state)];
    },
    LinkOutsideCalendar: ({ data }, state) => {
      if (state.calendars.includes(data.calendarId)) return [];
      ensureRoomForCalendar(state, data.calendarId);
      return [{ type: 'OutsideCalendarLinked', data }];
    },
    UnlinkOutsideCalendar: ({ data: { calendarId } }, state) => {
      ensure(state.calendars.includes(calendarId), 'calendar.not_found', { calendarId });
      return [{ type: 'OutsideCalendarUnlinked', data: { calendarId, ...homeOf(state) } }];
    },
    SetBusyTimes: ({ data: { calendarId, times }, at }, state) => {
      const { missing, gone } = differenceOf(state, calendarId, times, at);
      // Blocks first: time that only moved within one is never free in between.
      const events = [
        ...missing.map(({ blockId, start, end }) => {
          const block = { blockId, ...homeOf(state), start, end, reason: null, calendarId };
          return { type: 'TimeBlocked', data: block } as const;
        }),
        ...gone.map((held) => unblocked(held, state)),
      ];
      return events.slice(0, MOST_AT_ONCE);
    },
  },
  evolve: {
    SlotReserved: (state, { data, at }) => ({
      ...add(state, entryOfSlot(data), at),
      businessId: data.businessId,
      resourceId: data.resourceId,
      lastReservedAt: epochMs(at),
    }),
    SlotReleased: (state, { data }) => remove(state, findAt(state, data)),
    TimeBlocked: (state, { data, at }) => ({
      ...add(state, entryOfBlock(data), at),
      businessId: data.businessId,
      resourceId: data.resourceId,
    }),
    TimeUnblocked: (state, { data }) => remove(state, findBlock(state, data.blockId)),
    OutsideCalendarLinked: (state, { data: { calendarId, businessId, resourceId } }) => ({
      ...state,
      businessId,
      resourceId,
      calendars: [...state.calendars, calendarId],
    }),
    OutsideCalendarUnlinked: (state, { data: { calendarId } }) => ({
      ...state,
      calendars: state.calendars.filter((id) => id !== calendarId),
    }),
  },
};

function unblocked({ bookingId, start, end }: Held, state: CalendarState): OfType<CalendarEvent, 'TimeUnblocked'> {
  const span = { start: fromEpochMs(start), end: fromEpochMs(end) };
  return { type: 'TimeUnblocked', data: { blockId: bookingId, ...homeOf(state), ...span } };
}

/** The ids that all entries of a calendar share. */
function homeOf({ businessId, resourceId }: CalendarState): Pick<Slot, 'businessId' | 'resourceId'> {
  if (!businessId || !resourceId) throw new Error('An empty calendar has neither entries nor outside calendars');
  return { businessId, resourceId };
}

function slotOf(held: Held, state: CalendarState): Slot {
  if (held.serviceId === null) throw new Error('A block has no slot');
  return {
    ...homeOf(state),
    bookingId: held.bookingId,
    holdId: held.holdId,
    serviceId: held.serviceId,
    start: fromEpochMs(held.start),
    end: fromEpochMs(held.end),
    bufferBeforeMinutes: held.before / MINUTE,
    bufferAfterMinutes: held.after / MINUTE,
    partySize: held.partySize,
    shared: held.shared,
    alongside: held.alongside,
  };
}

/**
 * One resource's time. The stream is `calendar-<resourceId>`; its expected revision prevents double booking.
 */
export const Calendar: Aggregate<CalendarState, CalendarCommand | CalendarStep, CalendarEvent> = {
  category: CALENDAR,
  decider,
  events: calendarEvents,
  tenantOf: ({ businessId }) => businessId ?? PLATFORM,
  snapshot: { every: 500, version: 5 },
};
