import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BlockQueries, type CalendarRow } from '@projections/booking';
import type { Scope } from '@yoyaku/access';
import {
  addressOf,
  bookingsWithin,
  LinkOutsideCalendar,
  NEVER,
  type OutsideLook,
  OutsideLooks,
  UnlinkOutsideCalendar,
} from '@yoyaku/booking';
import { Resource } from '@yoyaku/catalog';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import {
  type Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  InScope,
  naming,
  ofThing,
  type PermissionRule,
  Query,
  QueryString,
  versionOf,
} from '../conventions';
import { RateLimits } from '../conventions/limits/rate-limits';
import type { Limit } from '../conventions/limits/sliding-window';
import { OutsideCalendarBody, OutsideCalendarsQuery } from './outside-calendars.dto';
import { NewOutsideCalendarView, OutsideCalendarPage, OutsideCalendarView } from './outside-calendars.views';

/**
 * Links to a resource's calendar: more than people make, and few enough that nobody fills its stream by linking the same
 * address again and again.
 */
const LINKS: Limit = { name: 'calendar_links', hits: 20, seconds: 3_600 };

const READ: PermissionRule = { permission: 'blocks:read', of: ofThing(Resource, 'id') };
const WRITE: PermissionRule = { permission: 'blocks:write', of: ofThing(Resource, 'id') };

@ApiTags('Outside calendars')
@Controller('resources/:id/calendars')
export class OutsideCalendarsController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: BlockQueries,
    private readonly looks: OutsideLooks,
    private readonly limits: RateLimits,
  ) {}

  @Command('POST', '', {
    access: WRITE,
    summary:
      'Block a resource’s time when a calendar elsewhere says that it is busy; what is booked stays, and is named',
    description:
      'The calendar is read at once, or, where others are being read, a minute later (`refreshedAt` is null until then), and then every quarter of an hour. Titles are not kept.',
    creates: NewOutsideCalendarView,
    refuses: ['calendar.invalid_address', 'calendar.address_not_allowed', 'calendar.too_many', 'business.closed'],
  })
  async linkOutsideCalendar(
    @IdParam('id') resourceId: Uuid,
    @Body() { url }: OutsideCalendarBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<NewOutsideCalendarView>> {
    await this.limits.admitStrictly(LINKS, resourceId);
    const calendarId = idFor(context, 'outside-calendar');
    const { linked, outcome, times, look } = await this.commands.send(
      new LinkOutsideCalendar(resourceId, calendarId, url, context),
    );
    // It was made by the first event, and its revision is that of the last.
    const { updatedAt } = versionOf(linked);
    const row = { id: calendarId, resourceId, revision: outcome.revision, createdAt: updatedAt, updatedAt, url };
    const answer = created(outcome, viewOf(row, look), `/resources/${resourceId}/calendars/${calendarId}`);
    const covered = times.flatMap((time) => bookingsWithin(outcome.state, time));
    return naming(answer, [...new Set(covered)]);
  }

  @Query('', {
    access: READ,
    summary: 'The calendars elsewhere that tell when a resource is busy',
    answers: OutsideCalendarPage,
    reads: ['blocks'],
  })
  async listOutsideCalendars(
    @IdParam('id') resourceId: Uuid,
    @QueryString() request: OutsideCalendarsQuery,
    @InScope() scope: Scope,
  ): Promise<OutsideCalendarPage> {
    const { items, nextCursor } = await this.queries.listCalendars(scope, resourceId, request);
    const looks = await this.looks.ofAll(items.map(({ id }) => id));
    return { items: items.map((row) => viewOf(row, looks.get(row.id) ?? NEVER)), nextCursor };
  }

  @Query(':calendarId', {
    access: READ,
    summary: 'A calendar elsewhere, and how it stands with reading it',
    answers: OutsideCalendarView,
    reads: ['blocks'],
    refuses: ['calendar.not_found'],
  })
  async getOutsideCalendar(
    @IdParam('id') resourceId: Uuid,
    @IdParam('calendarId') calendarId: Uuid,
    @InScope() scope: Scope,
  ): Promise<OutsideCalendarView> {
    const row = await this.queries.findCalendar(scope, resourceId, calendarId);
    if (!row) throw new DomainError('calendar.not_found');
    return viewOf(row, await this.looks.of(calendarId));
  }

  @Command('DELETE', ':calendarId', {
    access: WRITE,
    summary: 'Read a calendar elsewhere no more, and lift its blocks',
    refuses: ['calendar.not_found'],
  })
  async unlinkOutsideCalendar(
    @IdParam('id') resourceId: Uuid,
    @IdParam('calendarId') calendarId: Uuid,
    @Ctx() context: CommandContext,
  ): Promise<Answer> {
    return done(await this.commands.send(new UnlinkOutsideCalendar(resourceId, calendarId, context)));
  }
}

const viewOf = (
  { businessId: _, url, ...row }: Omit<CalendarRow, 'businessId'> & { readonly businessId?: Uuid },
  { refreshedAt, failure, warnings }: OutsideLook,
): OutsideCalendarView => ({
  ...row,
  url: url && addressOf(url).host,
  refreshedAt,
  failure,
  warnings,
});
