import { type EventCatalog, type Instant, type Message, plain, type Uuid } from '@yoyaku/kernel';

/** A stretch of a resource's time that was set aside for a booking. */
export interface SlotFacts {
  readonly bookingId: Uuid;
  /**
   * The operation that reserved it (its command id). A booking may have several holds for a moment, one per operation
   * that is under way; which of them is its own, the booking says.
   */
  readonly holdId: Uuid;
  readonly businessId: Uuid;
  readonly resourceId: Uuid;
  readonly start: Instant;
  readonly end: Instant;
}

export interface BlockFacts {
  readonly blockId: Uuid;
  readonly businessId: Uuid;
  readonly resourceId: Uuid;
  readonly start: Instant;
  readonly end: Instant;
}

export type CalendarEvent =
  | Message<
      'SlotReserved',
      SlotFacts & {
        serviceId: Uuid;
        bufferBeforeMinutes: number;
        bufferAfterMinutes: number;
        partySize: number;
        /** How many people one session of this service may hold here. */
        capacity: number;
      }
    >
  | Message<'SlotReleased', SlotFacts>
  | Message<'TimeBlocked', BlockFacts & { reason: string | null }>
  | Message<'TimeUnblocked', BlockFacts>;

export const calendarEvents: EventCatalog<CalendarEvent> = {
  SlotReserved: plain,
  SlotReleased: plain,
  TimeBlocked: { version: 1, pii: { subject: 'resourceId', fields: ['reason'] } },
  TimeUnblocked: plain,
};
