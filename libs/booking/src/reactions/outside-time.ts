import { MINUTE, plusMs, type Uuid } from '@yoyaku/kernel';
import { defineJob, defineReaction } from '@yoyaku/reacting';
import type { CalendarEvent } from '../domain/calendar.events';

export interface OfOutsideCalendar {
  readonly resourceId: Uuid;
  readonly calendarId: Uuid;
}

/** Done in the reactor: the address is in a read model. Each look plans the next one. */
export const refreshOutsideCalendar = defineJob<OfOutsideCalendar>('refresh-outside-calendar', { atOnce: 4 });

/**
 * Outside calendars are looked at for as long as they are linked. Whoever links one looks first, and lifts its blocks when
 * it is unlinked; this also finishes what died halfway.
 */
export const outsideTime = defineReaction<CalendarEvent>({
  name: 'outside-time',
  version: 1,
  from: 'beginning',
  on: {
    OutsideCalendarLinked: ({ data: { resourceId, calendarId }, at }) => [
      refreshOutsideCalendar.job({ resourceId, calendarId }, { at: plusMs(at, MINUTE) }),
    ],
    OutsideCalendarUnlinked: ({ data: { resourceId, calendarId } }) => [
      refreshOutsideCalendar.job({ resourceId, calendarId }),
    ],
  },
});
