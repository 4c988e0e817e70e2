import { type EventCatalog, type Instant, type Message, plain, type Uuid } from '@yoyaku/kernel';
import { spanInRange } from './span-in-range';

/** A stretch of a resource's time that is set aside for a booking. */
export interface Slot {
  readonly bookingId: Uuid;
  /**
   * The operation that reserved it (its command id), always for the same time. A booking may have several holds for a
   * moment, one per operation that is under way; which of them is its own, the booking says.
   */
  readonly holdId: Uuid;
  readonly businessId: Uuid;
  readonly resourceId: Uuid;
  readonly serviceId: Uuid;
  readonly start: Instant;
  readonly end: Instant;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  readonly partySize: number;
}

export interface Block {
  readonly blockId: Uuid;
  readonly businessId: Uuid;
  readonly resourceId: Uuid;
  readonly start: Instant;
  readonly end: Instant;
}

export type CalendarEvent =
  /** `capacity`: how many people one session of the service may hold here. */
  | Message<'SlotReserved', Slot & { capacity: number }>
  | Message<'SlotReleased', Slot>
  | Message<'TimeBlocked', Block & { reason: string | null }>
  | Message<'TimeUnblocked', Block>;

export const calendarEvents: EventCatalog<CalendarEvent> = {
  SlotReserved: plain,
  SlotReleased: plain,
  TimeBlocked: {
    version: 2,
    pii: { of: 'resource', subject: 'resourceId', fields: ['reason'] },
    upcasts: { 1: spanInRange },
  },
  TimeUnblocked: { version: 2, upcasts: { 1: spanInRange } },
};
