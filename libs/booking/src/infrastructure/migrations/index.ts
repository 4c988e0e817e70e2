import { CalendarFeeds1790000062000 } from './1790000062000-calendar-feeds';
import { CloseCalendarFeeds1790000072000 } from './1790000072000-close-calendar-feeds';

/** Of secret addresses of calendars. */
export const migrations = [CalendarFeeds1790000062000, CloseCalendarFeeds1790000072000];
