import { Injectable } from '@nestjs/common';
import { BlockQueries, BookingQueries, type BookingRow } from '@projections/booking';
import { locationsOf, type Scope } from '@yoyaku/access';
import type { CalendarFeed } from '@yoyaku/booking';
import { BusinessFacts, isKnownBusiness, type Permission } from '@yoyaku/business';
import { CatalogFacts } from '@yoyaku/catalog';
import { IdentityFacts, isKnown } from '@yoyaku/identity';
import { DAY, type Instant, now, plusMs, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { inQuery } from '../conventions';
import { type Asker, Rights } from '../conventions/access/rights';
import type { CalendarEntry } from './calendar-text';

export interface ShownCalendar {
  readonly name: string;
  readonly entries: readonly CalendarEntry[];
}

interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

const MOST_ENTRIES = 2_000;
const PAGE = 200;

/** What stands in a calendar, by its booking's status. */
const SHOWN: Readonly<Record<string, CalendarEntry['status']>> = {
  pending: 'tentative',
  confirmed: 'confirmed',
  checked_in: 'confirmed',
  completed: 'confirmed',
};

/** What a secret address shows: no more than its user may see at that moment, and of customers nothing at all. */
@Injectable()
export class CalendarEntries {
  constructor(
    private readonly rights: Rights,
    private readonly users: IdentityFacts,
    private readonly businesses: BusinessFacts,
    private readonly catalog: CatalogFacts,
    private readonly bookings: BookingQueries,
    private readonly blocks: BlockQueries,
  ) {}

  /** Undefined where its user has gone, or may no longer see the resource. */
  async of({ userId, resource }: CalendarFeed, request: FastifyRequest): Promise<ShownCalendar | undefined> {
    const user = await this.users.user(userId);
    if (!isKnown(user) || user.status !== 'active') return undefined;
    const asker = { userId, role: user.role };
    const span = { from: plusMs(now(), -30 * DAY), to: plusMs(now(), 366 * DAY) };
    return resource ? this.ofResource(resource, asker, span, request) : this.ofUser(asker, span, request);
  }

  private async ofUser(asker: Asker, span: Span, request: FastifyRequest): Promise<ShownCalendar> {
    const rule = { permission: 'bookings:read', of: inQuery('businessId'), self: 'only' } as const;
    const [own] = await this.rights.scopesIn([], rule, request, asker);
    const rows = own ? await this.rowsIn(own, span) : [];
    const names = await this.namesOf(rows.flatMap(({ businessId }) => businessId ?? []));
    const summaryOf = ({ kind, title, serviceName, businessId }: BookingRow): string =>
      kind === 'appointment' ? (title ?? '') : `${serviceName} — ${(businessId && names.get(businessId)) ?? ''}`;
    return { name: 'Yoyaku', entries: rows.map((row) => entryOf(row, summaryOf(row))) };
  }

  private async ofResource(
    { businessId, resourceId }: NonNullable<CalendarFeed['resource']>,
    asker: Asker,
    span: Span,
    request: FastifyRequest,
  ): Promise<ShownCalendar | undefined> {
    const scopeFor = async (permission: Permission): Promise<Scope | undefined> => {
      const rule = { permission, of: inQuery('businessId') };
      return (await this.rights.scopesIn([businessId], rule, request, asker))[0];
    };
    const [scope, resource] = [await scopeFor('bookings:read'), await this.catalog.resource(resourceId)];
    if (!scope || resource.status !== 'active' || !isWithin(scope, resource.locationId)) return undefined;
    const rows = await this.rowsIn(scope, span, { businessId, resourceId });
    const seesBlocks = await scopeFor('blocks:read');
    const blocked = seesBlocks ? await this.blocks.between(seesBlocks, resourceId, span, PAGE) : [];
    return {
      name: resource.name ?? '',
      entries: [
        ...rows.map((row) => entryOf(row, row.serviceName ?? '')),
        ...blocked.map(({ id, startsAt: start, endsAt: end, updatedAt: changedAt, reason }) => ({
          id,
          start,
          end,
          changedAt,
          summary: reason ?? '—',
          status: 'confirmed' as const,
        })),
      ],
    };
  }

  private async rowsIn(scope: Scope, span: Span, filter: object = {}): Promise<BookingRow[]> {
    const rows: BookingRow[] = [];
    const shown = { ...filter, ...span, status: Object.keys(SHOWN) };
    let cursor: string | undefined;
    do {
      const page = await this.bookings.list(scope, shown, { limit: PAGE, cursor, sort: '-startsAt' });
      rows.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && rows.length < MOST_ENTRIES);
    return rows;
  }

  private async namesOf(businessIds: readonly Uuid[]): Promise<Map<Uuid, string>> {
    const names = new Map<Uuid, string>();
    for (const id of new Set(businessIds)) {
      const business = await this.businesses.business(id);
      if (isKnownBusiness(business)) names.set(id, business.name);
    }
    return names;
  }
}

const isWithin = (scope: Scope, locationId: Uuid | null): boolean => {
  const limits = locationsOf(scope);
  return limits.length === 0 || locationId === null || limits.includes(locationId);
};

const entryOf = (row: BookingRow, summary: string): CalendarEntry => ({
  id: row.id,
  start: row.startsAt,
  end: row.endsAt,
  changedAt: row.updatedAt,
  summary,
  status: SHOWN[row.status] ?? 'confirmed',
});
