import { CalendarFeeds1790000062000 } from './1790000062000-calendar-feeds';

/** Of secret addresses of calendars. */
export const migrations = [CalendarFeeds1790000062000];
