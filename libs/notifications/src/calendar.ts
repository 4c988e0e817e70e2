import type { Uuid } from '@yoyaku/kernel';
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { BookingFacts } from './domain/notice';
import type { Attachment } from './sending/ports';
import { oneLine } from './templates/one-line';

type Person = { readonly name: string; readonly address: string };

/**
 * A booking as an entry for a calendar (RFC 5546). It has one UID for as long as there is the booking, and the calendar
 * keeps the entry with the highest SEQUENCE.
 */
export function invitation(booking: BookingFacts, { method, stampedAt, organizer, attendee }: Invitation): Attachment {
  const calendar = ical({ prodId: '//Yoyaku//Bookings//EN', method: ICalCalendarMethod[method] });
  calendar.createEvent({
    id: uidOf(booking.bookingId),
    sequence: booking.sequence,
    stamp: new Date(stampedAt),
    start: new Date(booking.start),
    end: new Date(booking.end),
    summary: oneLine(`${booking.serviceName} — ${booking.businessName}`, 200),
    location: booking.place && oneLine(booking.place, 200),
    status: method === 'CANCEL' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    organizer: { name: oneLine(organizer.name), email: organizer.address },
    attendees: [{ name: oneLine(attendee.name), email: attendee.address }],
  });
  return {
    name: method === 'CANCEL' ? 'cancel.ics' : 'invite.ics',
    contentType: `text/calendar; charset=utf-8; method=${method}`,
    content: calendar.toString(),
  };
}

export interface Invitation {
  readonly method: 'REQUEST' | 'CANCEL';
  readonly stampedAt: string;
  readonly organizer: Person;
  readonly attendee: Person;
}

const uidOf = (bookingId: Uuid): string => `${bookingId}@yoyaku`;
