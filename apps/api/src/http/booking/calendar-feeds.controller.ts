import { Readable } from 'node:stream';
import { Controller, Param, Req } from '@nestjs/common';
import { ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { businessOf, type Scope } from '@yoyaku/access';
import { type CalendarFeed, CalendarFeeds } from '@yoyaku/booking';
import { Resource } from '@yoyaku/catalog';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import {
  Answer,
  Command,
  IdParam,
  InScope,
  ofThing,
  type PermissionRule,
  type Principal,
  Query,
  User,
} from '../conventions';
import { CalendarEntries } from './calendar-entries';
import { calendarText } from './calendar-text';

export class CalendarFeedView {
  @ApiProperty({
    example: '/api/v1/calendars/3q2-7wAB….ics',
    description: 'The address of the calendar, for whoever knows it; it is shown this once',
  })
  path: string;
}

const OPENED = {
  creates: CalendarFeedView,
  isSecret: true,
  appends: false,
  description: 'An address that there was before stops to work',
} as const;

const ofResource: PermissionRule = { permission: 'bookings:read', of: ofThing(Resource, 'id'), forPeople: true };

/** What goes before the secret's extension. */
const SUFFIX = '.ics';

@ApiTags('Calendars')
@Controller()
export class CalendarFeedsController {
  constructor(
    private readonly feeds: CalendarFeeds,
    private readonly entries: CalendarEntries,
  ) {}

  @Command('POST', 'users/me/calendar', {
    ...OPENED,
    access: 'user',
    summary: 'A new secret address of one’s own calendar: bookings and private appointments',
  })
  openOwnCalendar(@User() { userId }: Principal): Promise<Answer<CalendarFeedView>> {
    return this.opened({ userId, resource: null });
  }

  @Command('DELETE', 'users/me/calendar', {
    access: 'user',
    appends: false,
    summary: 'Withdraw the secret address of one’s own calendar',
  })
  closeOwnCalendar(@User() { userId }: Principal): Promise<void> {
    return this.feeds.close({ userId, resource: null });
  }

  @Command('POST', 'resources/:id/calendar', {
    ...OPENED,
    access: ofResource,
    summary: 'A new secret address of a resource’s calendar, as one sees it oneself',
  })
  openResourceCalendar(
    @IdParam('id') id: Uuid,
    @User() { userId }: Principal,
    @InScope() scope: Scope,
  ): Promise<Answer<CalendarFeedView>> {
    return this.opened({ userId, resource: resourceIn(scope, id) });
  }

  @Command('DELETE', 'resources/:id/calendar', {
    access: ofResource,
    appends: false,
    summary: 'Withdraw one’s secret address of a resource’s calendar',
  })
  closeResourceCalendar(
    @IdParam('id') id: Uuid,
    @User() { userId }: Principal,
    @InScope() scope: Scope,
  ): Promise<void> {
    return this.feeds.close({ userId, resource: resourceIn(scope, id) });
  }

  @Query('calendars/:token', {
    access: 'public',
    summary: 'A calendar to subscribe to, from 30 days ago to a year ahead; 2,000 entries at most',
    streams: 'text/calendar',
    reads: ['blocks', 'bookings'],
    refuses: ['calendar.not_found'],
  })
  @ApiParam({ name: 'token', description: 'The secret, with `.ics`' })
  async getCalendar(@Param('token') token: string, @Req() request: FastifyRequest): Promise<Answer<Readable>> {
    const feed = token.endsWith(SUFFIX) ? await this.feeds.find(token.slice(0, -SUFFIX.length)) : undefined;
    const shown = feed && (await this.entries.of(feed, request));
    if (!shown) throw new DomainError('calendar.not_found');
    return new Answer(200, Readable.from([calendarText(shown.name, shown.entries)]), {
      'content-type': 'text/calendar; charset=utf-8',
      'cache-control': 'private, no-cache',
    });
  }

  private async opened(feed: CalendarFeed): Promise<Answer<CalendarFeedView>> {
    const path = `/api/v1/calendars/${await this.feeds.open(feed)}${SUFFIX}`;
    return new Answer(201, { path }, { location: path });
  }
}

/** The scope is of the resource's business. */
const resourceIn = (scope: Scope, resourceId: Uuid): CalendarFeed['resource'] => ({
  businessId: businessOf(scope) as Uuid,
  resourceId,
});
