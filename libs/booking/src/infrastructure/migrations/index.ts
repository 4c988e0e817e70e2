import { CalendarFeeds1790000062000 } from './1790000062000-calendar-feeds';
import { CloseCalendarFeeds1790000072000 } from './1790000072000-close-calendar-feeds';
import { OutsideCalendars1790000091000 } from './1790000091000-outside-calendars';

/** Of secret addresses of calendars, and of calendars outside. */
export const migrations = [CalendarFeeds1790000062000, CloseCalendarFeeds1790000072000, OutsideCalendars1790000091000];
