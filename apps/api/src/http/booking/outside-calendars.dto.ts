import { ListQuery, Sort, Text } from '../conventions';

export class OutsideCalendarBody {
  @Text({
    max: 2_000,
    pattern: /^(https?|webcal):\/\//i,
    description: 'Where the calendar is, as iCalendar text: `https:`, `http:`, or `webcal:`, which is read by https',
    example: 'https://calendar.example/private-0123/basic.ics',
  })
  url: string;
}

export class OutsideCalendarsQuery extends ListQuery {
  @Sort('createdAt')
  sort?: string;
}
