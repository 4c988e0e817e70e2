import { Injectable } from '@nestjs/common';
import { BusinessFacts, type BusinessState, isKnownBusiness } from '@yoyaku/business';
import type { KnownResource } from '@yoyaku/catalog';
import { AggregateStore, type CommandContext, Commands, stepOf, type Versioned } from '@yoyaku/eventing';
import { DomainError, type Instant, type Uuid } from '@yoyaku/kernel';
import { type Limits, NoAnswer, Outbound } from '@yoyaku/outbound';
import { Calendar, type CalendarState, isBusyAs } from '../../domain/calendar.decider';
import type { OutsideTime } from '../../domain/outside-times';
import type { LookFailure } from '../../infrastructure/outside-looks';
import { openingOf } from '../rule-book';
import { type BusyTimes, UnusableCalendar } from './busy-times';
import { busyTimesInThread } from './in-thread';

const MOST_BYTES = 2 * 1024 * 1024;
/** In milliseconds. */
const PATIENCE = 8_000;
const LIMITS: Limits = { bytes: MOST_BYTES, ms: PATIENCE };
const LONGEST_ADDRESS = 2_000;
/** What booking pages, feeds and messages of ours call what they show. */
const uidOf = (bookingId: Uuid): string => `${bookingId}@yoyaku`;

export type Look = BusyTimes | { readonly failure: LookFailure };

/** Whether calendars are read for the business now: not while it is rejected or suspended, and never once it is closed. */
export const isLookedAt = ({ status }: BusinessState): boolean => status === 'approved' || status === 'pending_review';

/** Calendars outside that tell when a resource is busy. */
@Injectable()
export class OutsideCalendars {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly commands: Commands,
    private readonly businesses: BusinessFacts,
    private readonly outbound: Outbound,
  ) {}

  /** When it says that the resource is busy, or why that could not be read. */
  async look({ resourceId, businessId, locationId }: KnownResource, url: string, now: Instant): Promise<Look> {
    const business = await this.businesses.business(businessId);
    const timeZone = isKnownBusiness(business) ? openingOf(business, locationId).timeZone : 'UTC';
    const { state } = await this.aggregates.load(Calendar, resourceId);
    const own = new Set(state.entries.map(({ bookingId }) => uidOf(bookingId)));
    try {
      const bytes = await this.outbound.get(addressOf(url), 'text/calendar, */*;q=0.5', LIMITS);
      return await busyTimesInThread({ text: new TextDecoder().decode(bytes), timeZone, now, own });
    } catch (error) {
      if (error instanceof NoAnswer) return { failure: { code: error.reason, status: error.status } };
      if (error instanceof UnusableCalendar) return { failure: { code: error.code, status: null } };
      throw error;
    }
  }

  /**
   * Brings the blocks of the calendar in line with those times; differences alone are appended. Whoever does so at the
   * same time does nothing twice. For a calendar that is linked no more, all its blocks are lifted.
   */
  async bring(
    resourceId: Uuid,
    calendarId: Uuid,
    times: readonly OutsideTime[],
    context: CommandContext,
  ): Promise<Versioned<CalendarState>> {
    let known = await this.aggregates.load(Calendar, resourceId, 'requireLoad');
    while (!isBusyAs(known.state, { calendarId, times }, context.at)) {
      const command = { type: 'SetBusyTimes', data: { calendarId, times } } as const;
      // What has been brought is told by the calendar itself: it need not be read back to what led to this.
      const step = { ...stepOf(context, `busy from ${known.revision}`), repeated: false };
      known = await this.commands.execute(Calendar, resourceId, command, step);
    }
    return known;
  }
}

/**
 * The address by which a calendar is read; `webcal:`, as programs show it, is `https:`. Throws
 * `calendar.invalid_address`.
 */
export function addressOf(text: string): URL {
  const address = text.trim().replace(/^webcal:/i, 'https:');
  const url = address.length <= LONGEST_ADDRESS && URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new DomainError('calendar.invalid_address', { path: 'url' });
  url.hash = '';
  return url;
}
