import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BusinessFacts } from '@yoyaku/business';
import { CatalogFacts } from '@yoyaku/catalog';
import { AggregateStore, type CommandContext } from '@yoyaku/eventing';
import { DAY, epochMs, HOUR, type Instant, MINUTE, plusMs, type Uuid } from '@yoyaku/kernel';
import { Calendar } from '../../domain/calendar.decider';
import { type OutsideLook, OutsideLooks } from '../../infrastructure/outside-looks';
import { isLookedAt, OutsideCalendars } from './outside-calendars';

const EVERY = 15 * MINUTE;
/** One that has failed for long is looked at this seldom. */
const SELDOM = 6 * HOUR;

/**
 * For so many ms each block that came or went puts the next look off, up to a day: the stream of a file that is another
 * whenever it is read grows no faster than the stream of one that people change.
 */
const PER_CHANGE = 5_000;

/**
 * Reads an outside calendar anew. What was known stays where it can't be read. Gives the moment of the next look; null:
 * there is none any more. While the business is rejected or suspended nothing is read; rejected or closed, it has no blocks
 * of such calendars. `url` is null where it is not known: of what was unlinked, the blocks are lifted.
 */
export class RefreshOutsideCalendar extends Command<Instant | null> {
  constructor(
    readonly resourceId: Uuid,
    readonly calendarId: Uuid,
    readonly url: string | null,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RefreshOutsideCalendar)
export class RefreshOutsideCalendarHandler implements ICommandHandler<RefreshOutsideCalendar> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly catalog: CatalogFacts,
    private readonly businesses: BusinessFacts,
    private readonly calendars: OutsideCalendars,
    private readonly looks: OutsideLooks,
  ) {}

  async execute({ resourceId, calendarId, url, context }: RefreshOutsideCalendar): Promise<Instant | null> {
    const isLinked = async (): Promise<boolean> =>
      (await this.aggregates.load(Calendar, resourceId, 'requireLoad')).state.calendars.includes(calendarId);
    const resource = await this.catalog.resource(resourceId, 'requireLoad');
    if (url !== null && resource.status === 'active' && (await isLinked())) {
      const business = await this.businesses.business(resource.businessId, 'requireLoad');
      if (!isLookedAt(business)) {
        if (business.status !== 'suspended') await this.calendars.bring(resourceId, calendarId, [], context);
        return business.status === 'closed' ? null : plusMs(context.at, EVERY);
      }
      const look = await this.calendars.look(resource, url, context.at);
      const before = await this.aggregates.load(Calendar, resourceId, 'requireLoad');
      const after =
        'failure' in look ? before : await this.calendars.bring(resourceId, calendarId, look.times, context);
      const looked = await this.looks.put(calendarId, context.at, look);
      const next = nextLook(looked, after.revision - before.revision, context.at);
      // It may have been unlinked while it was read.
      if (await isLinked()) return next;
    }
    if (await isLinked()) return null;
    await this.calendars.bring(resourceId, calendarId, [], context);
    await this.looks.forget(calendarId);
    return null;
  }
}

function nextLook({ failure }: OutsideLook, changes: number, at: Instant): Instant {
  const failing = failure ? epochMs(at) - epochMs(failure.since) : 0;
  return plusMs(at, Math.max(EVERY, Math.min(SELDOM, failing), Math.min(DAY, changes * PER_CHANGE)));
}
