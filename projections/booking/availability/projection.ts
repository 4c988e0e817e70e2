import type { CalendarEvent, Slot } from '@yoyaku/booking/events';
import { datesBetween, epochMs, fromEpochMs, type LocalDate, MINUTE, type Uuid } from '@yoyaku/kernel';
import { defineProjection, type Unit } from '@yoyaku/projecting';
import { type BusyTimes, busyDays } from './table';

const tables = { busyDays };

/** The part of calendars that the slot search needs: which time is taken, and by how many people. */
export const availabilityProjection = defineProjection<CalendarEvent>()({
  name: 'availability',
  version: 8,
  tables,
  ignored: ['OutsideCalendarLinked', 'OutsideCalendarUnlinked'],
  on: {
    SlotReserved: ({ data }, rows) => add(data.resourceId, slotTime(data, data.partySize), rows),
    SlotReleased: ({ data }, rows) => add(data.resourceId, slotTime(data, -data.partySize), rows),
    TimeBlocked: ({ data }, rows) => add(data.resourceId, blockTime(data, 1), rows),
    TimeUnblocked: ({ data }, rows) => add(data.resourceId, blockTime(data, -1), rows),
  },
});

/** Start and length in ms, buffers in minutes. A negative number of people is subtracted. */
interface Taken {
  readonly start: number;
  readonly length: number;
  readonly before: number;
  readonly after: number;
  readonly service: Uuid | '';
  readonly alongside: Slot['alongside'];
  readonly people: number;
}

const slotTime = (slot: Slot, people: number): Taken => ({
  start: epochMs(slot.start),
  length: epochMs(slot.end) - epochMs(slot.start),
  before: slot.bufferBeforeMinutes,
  after: slot.bufferAfterMinutes,
  service: slot.shared ? slot.serviceId : '',
  alongside: slot.alongside,
  people,
});

const blockTime = ({ start, end }: Pick<Slot, 'start' | 'end'>, count: number): Taken => ({
  start: epochMs(start),
  length: epochMs(end) - epochMs(start),
  before: 0,
  after: 0,
  service: '',
  alongside: null,
  people: count,
});

/** Adds the people, on each UTC date that the time touches. */
function add(resourceId: Uuid, taken: Taken, { busyDays }: Unit<typeof tables>): void {
  const { start, length } = taken;
  for (const date of datesBetween(dateOf(start), dateOf(start + length - 1))) {
    const busy: readonly BusyTimes[] = JSON.parse(busyDays.get({ resourceId, date })?.busy ?? '[]');
    busyDays.put({ resourceId, date, busy: JSON.stringify(withTaken(busy, taken, Date.parse(date))) });
  }
}

function withTaken(busy: readonly BusyTimes[], { length, alongside, ...taken }: Taken, midnight: number): BusyTimes[] {
  const kind = [taken.service, length / MINUTE, taken.before, taken.after] as const;
  const team = alongside?.join();
  const known = busy.findIndex((times) => kind.every((value, i) => value === times[i]) && times[5]?.join() === team);
  const times = withPeople(busy[known]?.[4] ?? [], (taken.start - midnight) / MINUTE, taken.people);
  const rest = known < 0 ? busy : busy.toSpliced(known, 1);
  if (times.length === 0) return [...rest];
  return [...rest, alongside ? [...kind, times, alongside] : [...kind, times]];
}

/**
 * Starts in order, each followed by its people. People with the same start are added up; a start without people is
 * removed.
 */
function withPeople(times: readonly number[], start: number, more: number): number[] {
  let at = 0;
  while (at < times.length && (times[at] as number) < start) at += 2;
  const isKnown = times[at] === start;
  const people = (isKnown ? (times[at + 1] as number) : 0) + more;
  return times.toSpliced(at, isKnown ? 2 : 0, ...(people > 0 ? [start, people] : []));
}

const dateOf = (ms: number): LocalDate => fromEpochMs(ms).slice(0, 10) as LocalDate;
