import { type EventCatalog, type Instant, type Message, plain, type Uuid } from '@yoyaku/kernel';
import { spanInRange } from './span-in-range';

/** The category of the streams. */
export const CALENDAR = 'calendar';

/** A part of a resource's time that is reserved for a booking. */
export interface Slot {
  readonly bookingId: Uuid;
  /**
   * The id of the command that reserved it; a repeated command asks for the same time. While operations are under way,
   * a booking may have a hold for each of them. The booking's own state tells which hold is in use.
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
  /** Whether strangers may join the session; otherwise the booking takes the resource whole. */
  readonly shared: boolean;
  /**
   * The other resources of a session that strangers may join, in order of their ids. Null: whatever they are, as when a
   * booking is given to somebody else; or nobody can join.
   */
  readonly alongside: readonly Uuid[] | null;
}

export interface Block {
  readonly blockId: Uuid;
  readonly businessId: Uuid;
  readonly resourceId: Uuid;
  readonly start: Instant;
  readonly end: Instant;
}

/** An address outside from which it is read when the resource is busy. */
export interface OutsideCalendar {
  readonly calendarId: Uuid;
  readonly businessId: Uuid;
  readonly resourceId: Uuid;
}

export type CalendarEvent =
  /** `capacity`: how many people one session of the service may have on the resource. */
  | Message<'SlotReserved', Slot & { capacity: number }>
  | Message<'SlotReleased', Slot>
  /** `calendarId`: the outside calendar that it comes from. */
  | Message<'TimeBlocked', Block & { reason: string | null; calendarId: Uuid | null }>
  | Message<'TimeUnblocked', Block>
  /** The address may be a secret by which anybody reads the whole calendar. */
  | Message<'OutsideCalendarLinked', OutsideCalendar & { url: string | null }>
  | Message<'OutsideCalendarUnlinked', OutsideCalendar>;

type Data = Readonly<Record<string, unknown>>;

/** In version 1 everybody might join a session of the same service, up to version 2 whatever other resources it had. */
const joinable = {
  version: 3,
  upcasts: {
    1: (data: Data) => ({ ...data, shared: true }),
    2: (data: Data) => ({ ...data, alongside: null }),
  },
} as const;

export const calendarEvents: EventCatalog<CalendarEvent> = {
  SlotReserved: joinable,
  SlotReleased: joinable,
  // Up to version 2 no time came from outside.
  TimeBlocked: {
    version: 3,
    pii: { of: 'resource', subject: 'resourceId', fields: ['reason'] },
    upcasts: { 1: spanInRange, 2: (data: Data) => ({ ...data, calendarId: null }) },
  },
  TimeUnblocked: { version: 2, upcasts: { 1: spanInRange } },
  OutsideCalendarLinked: {
    version: 1,
    pii: { of: 'resource', subject: 'resourceId', fields: ['url'] },
    secret: ['url'],
  },
  OutsideCalendarUnlinked: plain,
};
