import { epochMs, MINUTE, type Uuid } from '@yoyaku/kernel';
import type { Block, Slot } from './calendar.events';
import type { Entry } from './timetable';

/** An entry of a calendar: a booking's hold, or a block. A block has no service, and its own id as both ids. */
export interface Held extends Entry {
  readonly bookingId: Uuid;
  readonly holdId: Uuid;
  /** Of a block: the outside calendar that it comes from. */
  readonly calendarId: Uuid | null;
}

export const entryOfSlot = (slot: Slot): Held => ({
  bookingId: slot.bookingId,
  holdId: slot.holdId,
  serviceId: slot.serviceId,
  start: epochMs(slot.start),
  end: epochMs(slot.end),
  before: slot.bufferBeforeMinutes * MINUTE,
  after: slot.bufferAfterMinutes * MINUTE,
  partySize: slot.partySize,
  shared: slot.shared,
  alongside: slot.alongside,
  calendarId: null,
});

export const entryOfBlock = ({
  blockId,
  start,
  end,
  calendarId = null,
}: Block & { calendarId?: Uuid | null }): Held => ({
  bookingId: blockId,
  holdId: blockId,
  serviceId: null,
  start: epochMs(start),
  end: epochMs(end),
  before: 0,
  after: 0,
  partySize: 0,
  shared: false,
  alongside: null,
  calendarId,
});
