import { oneLine } from '@yoyaku/notifications';
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';

/** What a calendar shows of a booking, an appointment or a block. */
export interface CalendarEntry {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly changedAt: string;
  readonly summary: string;
  readonly status: 'confirmed' | 'tentative';
}

/** Characters of a name. */
const LONGEST = 200;

/**
 * A calendar that others subscribe to (RFC 5545). All times are in UTC, which every program shows in its user's zone. An
 * entry has one UID for as long as there is what it shows.
 */
export function calendarText(name: string, entries: readonly CalendarEntry[]): string {
  const calendar = ical({
    prodId: '//Yoyaku//Calendars//EN',
    method: ICalCalendarMethod.PUBLISH,
    name: oneLine(name, LONGEST),
  });
  for (const { id, start, end, changedAt, summary, status } of entries) {
    calendar.createEvent({
      id: `${id}@yoyaku`,
      start: new Date(start),
      end: new Date(end),
      stamp: new Date(changedAt),
      lastModified: new Date(changedAt),
      summary: oneLine(summary, LONGEST),
      status: status === 'tentative' ? ICalEventStatus.TENTATIVE : ICalEventStatus.CONFIRMED,
    });
  }
  return calendar.toString();
}
