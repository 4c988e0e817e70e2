import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BusinessFacts } from '@yoyaku/business';
import { CatalogFacts, type KnownResource } from '@yoyaku/catalog';
import { AggregateStore, type CommandContext, Commands, stepOf, type Versioned } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Calendar, type CalendarState, ensureRoomForCalendar } from '../../domain/calendar.decider';
import type { OutsideTime } from '../../domain/outside-times';
import { NEVER, type OutsideLook, OutsideLooks } from '../../infrastructure/outside-looks';
import { addressOf, isLookedAt, type Look, OutsideCalendars } from './outside-calendars';

export interface LinkedCalendar {
  /** The resource's calendar as the link left it, and as it is with the times. */
  readonly linked: Versioned<CalendarState>;
  readonly outcome: Versioned<CalendarState>;
  readonly times: readonly OutsideTime[];
  readonly look: OutsideLook;
}

/** How many calendars a process reads at once for those who link them. */
const MOST_AT_ONCE = 4;

/**
 * Links an outside calendar with a resource, and reads it at once, unless much is being read. Where it can't be read, it is
 * linked all the same, and looked at again. Throws `resource.not_found`, `business.closed`, `calendar.invalid_address`,
 * `calendar.address_not_allowed`, `calendar.too_many`.
 */
export class LinkOutsideCalendar extends Command<LinkedCalendar> {
  constructor(
    readonly resourceId: Uuid,
    readonly calendarId: Uuid,
    readonly url: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(LinkOutsideCalendar)
export class LinkOutsideCalendarHandler implements ICommandHandler<LinkOutsideCalendar> {
  /** Businesses for which a calendar is being read. */
  private readonly reading = new Set<Uuid>();

  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly catalog: CatalogFacts,
    private readonly businesses: BusinessFacts,
    private readonly calendars: OutsideCalendars,
    private readonly looks: OutsideLooks,
  ) {}

  async execute({ resourceId, calendarId, url, context }: LinkOutsideCalendar): Promise<LinkedCalendar> {
    const address = addressOf(url).href;
    await this.commands.check(Calendar, resourceId, context, async (load) => {
      const { businessId } = await this.catalog.activeResource(resourceId, load);
      await this.businesses.open(businessId, load);
      ensureRoomForCalendar((await this.aggregates.load(Calendar, resourceId, load)).state, calendarId);
    });
    const resource = await this.catalog.resource(resourceId);
    if (resource.status === 'none') throw new DomainError('resource.not_found');
    const look = await this.look(resource, address, context);
    if (look && 'failure' in look && look.failure.code === 'address_not_allowed')
      throw new DomainError('calendar.address_not_allowed', { path: 'url' });
    const data = { calendarId, resourceId, businessId: resource.businessId, url: address };
    const command = { type: 'LinkOutsideCalendar', data } as const;
    const linked = await this.commands.execute(Calendar, resourceId, command, context);
    if (!look) return { linked, outcome: linked, times: [], look: NEVER };
    const times = 'failure' in look ? [] : look.times;
    const outcome = await this.calendars.bring(resourceId, calendarId, times, context);
    return { linked, outcome, times, look: await this.looks.put(calendarId, context.at, look) };
  }

  /** Undefined where it is left to the reactor. */
  private async look(resource: KnownResource, address: string, { at }: CommandContext): Promise<Look | undefined> {
    const { businessId } = resource;
    if (!isLookedAt(await this.businesses.business(businessId))) return undefined;
    if (this.reading.has(businessId) || this.reading.size >= MOST_AT_ONCE) return undefined;
    this.reading.add(businessId);
    try {
      return await this.calendars.look(resource, address, at);
    } finally {
      this.reading.delete(businessId);
    }
  }
}

/** Ends it, and lifts its blocks. Throws `calendar.not_found`. */
export class UnlinkOutsideCalendar extends Command<Versioned<CalendarState>> {
  constructor(
    readonly resourceId: Uuid,
    readonly calendarId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(UnlinkOutsideCalendar)
export class UnlinkOutsideCalendarHandler implements ICommandHandler<UnlinkOutsideCalendar> {
  constructor(
    private readonly commands: Commands,
    private readonly calendars: OutsideCalendars,
    private readonly looks: OutsideLooks,
  ) {}

  async execute({ resourceId, calendarId, context }: UnlinkOutsideCalendar): Promise<Versioned<CalendarState>> {
    const command = { type: 'UnlinkOutsideCalendar', data: { calendarId } } as const;
    const unlinked = await this.commands.execute(Calendar, resourceId, command, context);
    const outcome = await this.calendars.bring(resourceId, calendarId, [], stepOf(context, 'lift'));
    await this.looks.forget(calendarId);
    return outcome.upTo(unlinked.position);
  }
}
