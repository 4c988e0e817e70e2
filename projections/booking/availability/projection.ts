import type { CalendarEvent, Slot } from '@yoyaku/booking/events';
import { datesBetween, epochMs, fromEpochMs, type LocalDate, MINUTE } from '@yoyaku/kernel';
import { defineProjection, type Unit } from '@yoyaku/projecting';
import { type BusyTime, busyDays } from './table';

const tables = { busyDays };

/** What the slot search must know of calendars: no more than which time is taken, and by how many people. */
export const availabilityProjection = defineProjection<CalendarEvent>()({
  name: 'availability',
  version: 1,
  tables,
  on: {
    SlotReserved: ({ data }, rows) => add(data.resourceId, slotTime(data, data.partySize), rows),
    SlotReleased: ({ data }, rows) => add(data.resourceId, slotTime(data, -data.partySize), rows),
    TimeBlocked: ({ data }, rows) => add(data.resourceId, blockTime(data, 1), rows),
    TimeUnblocked: ({ data }, rows) => add(data.resourceId, blockTime(data, -1), rows),
  },
});

const slotTime = ({ start, end, serviceId, ...slot }: Slot, people: number): BusyTime => [
  epochMs(start),
  epochMs(end),
  slot.bufferBeforeMinutes * MINUTE,
  slot.bufferAfterMinutes * MINUTE,
  serviceId,
  people,
];

const blockTime = ({ start, end }: Pick<Slot, 'start' | 'end'>, count: number): BusyTime => [
  epochMs(start),
  epochMs(end),
  0,
  0,
  '',
  count,
];

/** Adds (or, below zero, takes away) people on each UTC date that the time touches. */
function add(resourceId: string, time: BusyTime, { busyDays }: Unit<typeof tables>): void {
  const [start, end] = time;
  for (const date of datesBetween(dateOf(start), dateOf(end - 1))) {
    const busy = busyDays.get({ resourceId, date })?.busy ?? [];
    const known = busy.findIndex((other) => isSame(other, time));
    const people = (busy[known]?.[5] ?? 0) + time[5];
    const rest = known < 0 ? busy : busy.toSpliced(known, 1);
    busyDays.put({ resourceId, date, busy: people > 0 ? [...rest, withPeople(time, people)] : rest });
  }
}

const dateOf = (ms: number): LocalDate => fromEpochMs(ms).slice(0, 10);

const isSame = (a: BusyTime, b: BusyTime): boolean => a.every((part, i) => i === 5 || part === b[i]);

const withPeople = ([start, end, before, after, service]: BusyTime, people: number): BusyTime => [
  start,
  end,
  before,
  after,
  service,
  people,
];
