import type { Uuid } from '@yoyaku/kernel';
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { BookingFacts, SeriesFacts } from './domain/notice';
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

/**
 * The bookings of a series as entries for a calendar, to be taken in at once. An invitation is about one entry alone
 * (RFC 5546, 3.2.2), so this is a calendar that is published; later messages about one of them have its UID.
 */
export function seriesCalendar(series: SeriesFacts, { isCancelled, stampedAt, organizer }: Published): Attachment {
  const calendar = ical({ prodId: '//Yoyaku//Bookings//EN', method: ICalCalendarMethod.PUBLISH });
  for (const { bookingId, start, end, sequence } of series.times) {
    calendar.createEvent({
      id: uidOf(bookingId),
      sequence,
      stamp: new Date(stampedAt),
      start: new Date(start),
      end: new Date(end),
      summary: oneLine(`${series.serviceName} — ${series.businessName}`, 200),
      location: series.place && oneLine(series.place, 200),
      status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      organizer: { name: oneLine(organizer.name), email: organizer.address },
    });
  }
  return {
    name: 'bookings.ics',
    contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
    content: calendar.toString(),
  };
}

interface Published extends Pick<Invitation, 'stampedAt' | 'organizer'> {
  readonly isCancelled: boolean;
}

export interface Invitation {
  readonly method: 'REQUEST' | 'CANCEL';
  readonly stampedAt: string;
  readonly organizer: Person;
  readonly attendee: Person;
}

const uidOf = (bookingId: Uuid): string => `${bookingId}@yoyaku`;
