import { Injectable } from '@nestjs/common';
import { locationsOf, type Ownership, type RowSql, type Scope } from '@yoyaku/access';
import { EventCodec } from '@yoyaku/eventing';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels, type Selection } from '@yoyaku/projecting';
import { And, In, LessThan, MoreThan } from 'typeorm';
import { agendas, bookingPlaces, bookings, type StoredBooking } from './table';

type Written = Readonly<Record<'title' | 'note' | 'reason', string | null>>;
export type BookingRow = Omit<StoredBooking, keyof Written> & Written;

export interface BookingFilter {
  readonly kind?: 'appointment';
  readonly userId?: Uuid;
  readonly businessId?: Uuid;
  readonly customerId?: Uuid;
  readonly resourceId?: Uuid;
  readonly serviceId?: Uuid;
  readonly locationId?: Uuid;
  /** Whether it needs the attention of the business's people. */
  readonly attention?: boolean;
  /** That one, or one of these. */
  readonly status?: string | readonly string[];
  /** What overlaps the span: ends after `from`, starts before `to`. */
  readonly from?: Instant;
  readonly to?: Instant;
}

/** When a booking starts, and how it is. */
export type BookingTime = Pick<StoredBooking, 'id' | 'startsAt' | 'status'>;

/** A booking's time, and where it is: what does not say is where its resources are. */
export type StandingBooking = Pick<StoredBooking, 'id' | 'startsAt' | 'endsAt' | 'locationId'>;

/** A booking that stands, by what decides whether it has what it needs. */
export type CoveredBooking = Pick<
  StoredBooking,
  'id' | 'resourceIds' | 'locationId' | 'startsAt' | 'attention' | 'kept'
> & {
  readonly serviceId: Uuid;
  readonly start: Instant;
  readonly end: Instant;
};

/** Bookings of a business that something concerns. */
interface Concerned extends Pick<BookingFilter, 'serviceId' | 'locationId' | 'from' | 'to'> {
  readonly businessId: Uuid;
  /** With one of these; absent: whatever theirs are. */
  readonly resourceIds?: readonly Uuid[] | undefined;
  readonly madeAfter?: Instant | undefined;
}

interface FoundBooking extends StoredBooking {
  /** Of its user's agenda: an appointment is in that one's stream, and has its revision. */
  readonly agendaRevision: number | null;
}

/** At one of these locations: a booking that does not say where it is, by its resources. */
function isAt(row: RowSql<'resourceIds' | 'locationId'>, locationIds: readonly Uuid[]): string {
  const [here, its, given] = [row.column('locationId'), row.column('resourceIds'), row.value(locationIds)];
  const places = `select from read.${bookingPlaces.name} p where p.id = any(${its}) and p.location_ids && ${given}::uuid[]`;
  return `(${here} = any(${given}::uuid[]) or (${here} is null and exists (${places})))`;
}

/** At one of these locations, or at none in particular. Where a resource's places are not known yet, it is not. */
function isWithin(row: RowSql<'resourceIds' | 'locationId'>, locationIds: readonly Uuid[]): string {
  const [here, its] = [row.column('locationId'), row.column('resourceIds')];
  const nowhere = `select count(*) from read.${bookingPlaces.name} p where p.id = any(${its}) and p.location_ids = '{}'`;
  return `(${isAt(row, locationIds)} or (${here} is null and (${nowhere}) = cardinality(${its})))`;
}

const needsAttention = (row: RowSql<'attention'>, isWanted: boolean): string =>
  `${row.column('attention')} ${isWanted ? '<>' : '='} '[]'::jsonb`;

/** The longest that they last: bookings as their service, appointments as an agenda lets them. */
const LONGEST = { booking: '30 days', appointment: '366 days' };

/** Ends after that moment. That it cannot have started long before lets an index of starts find it. */
function isUnderWay(
  row: RowSql<'startsAt' | 'endsAt'>,
  moment: Instant,
  { businessId, customerId }: BookingFilter,
): string {
  const since = row.value(moment);
  const longest = businessId || customerId ? LONGEST.booking : LONGEST.appointment;
  return `(${row.column('endsAt')} > ${since} and ${row.column('startsAt')} > ${since}::timestamptz - interval '${longest}')`;
}

/** Private appointments are of no business: they are in nobody's scope but their owner's. */
const BOOKINGS = { business: 'businessId', owner: 'userId', at: isWithin } as const;

const OF_CUSTOMER = { ...BOOKINGS, isPart: true } as const;

@Injectable()
export class BookingQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  /** The booking of that id, or the private appointment: there may be both, with ids of earlier builds. */
  async find(scope: Scope, id: Uuid, only?: 'appointment'): Promise<BookingRow | undefined> {
    const kind = only ?? In(['booking', 'appointment']);
    const found = await this.select(scope, BOOKINGS).where({ kind, id }).ordered('-kind', 1);
    return (await this.open(found))[0];
  }

  /** How many were made in so many days, of everybody, by the status that they have now. */
  counts(days: number): Promise<{ status: string; count: number }[]> {
    return this.readModels.query(
      `select status, count(*) as count from read.bookings
       where created_at >= now() - $1 * interval '1 day' group by 1 order by 1`,
      [days],
    );
  }

  list(scope: Scope, filter: BookingFilter, request: PageRequest): Promise<Page<BookingRow>> {
    return this.page(this.select(scope, BOOKINGS), filter, request);
  }

  /** Of these bookings of a thing that is in the scope, in any order. */
  timesOf(scope: Scope, ids: readonly Uuid[]): Promise<BookingTime[]> {
    return this.readModels
      .select(bookings, scope, OF_CUSTOMER)
      .where({ kind: 'booking', id: In(ids) })
      .only('id', 'startsAt', 'status')
      .all();
  }

  /** The bookings of a customer, who is in the scope. */
  ofCustomer(scope: Scope, customerId: Uuid, request: PageRequest): Promise<Page<BookingRow>> {
    return this.page(this.select(scope, OF_CUSTOMER), { customerId }, request);
  }

  /** The ids of these bookings; undefined where the scope shows all of them. */
  async shownOfCustomer(scope: Scope, customerId: Uuid): Promise<Uuid[] | undefined> {
    if (locationsOf(scope).length === 0) return undefined;
    const rows = await this.readModels.select(bookings, scope, OF_CUSTOMER).where({ customerId }).only('id').all();
    return rows.map(({ id }) => id);
  }

  /** The ids of a business's confirmed bookings that start after that moment and before the other. */
  async confirmedBetween(businessId: Uuid, after: Instant, before: Instant): Promise<Uuid[]> {
    const startsAt = And(MoreThan(after), LessThan(before));
    const found = this.readModels
      .unscoped(bookings)
      .where({ businessId, startsAt, kind: 'booking', status: 'confirmed' });
    return (await found.only('id').all()).map(({ id }) => id);
  }

  /**
   * The bookings of a business in the scope that stand and are not over at that moment, in order of their start: those
   * of a service, or at a location, or all.
   */
  async standing(
    scope: Scope,
    after: Instant,
    { serviceId, locationId }: Pick<BookingFilter, 'serviceId' | 'locationId'> = {},
  ): Promise<StandingBooking[]> {
    const status = In(['pending', 'confirmed', 'checked_in']);
    const found = this.readModels
      .select(bookings, scope, BOOKINGS)
      .where({ kind: 'booking', status, endsAt: MoreThan(after), serviceId });
    const there = locationId === undefined ? found : found.and((row) => isAt(row, [locationId]));
    const rows = await there.only('id', 'startsAt', 'endsAt', 'locationId', 'resourceIds').ordered('startsAt');
    const resourceIds = rows.flatMap((row) => (row.locationId === null ? row.resourceIds : []));
    const places = await this.readModels
      .unscoped(bookingPlaces)
      .where({ id: In([...new Set(resourceIds)]) })
      .all();
    const placesOf = new Map(places.map(({ id, locationIds }) => [id, locationIds]));
    return rows.map(({ resourceIds: ids, ...row }) => {
      const [place = null, ...more] = new Set(ids.flatMap((id) => placesOf.get(id) ?? []));
      return { ...row, locationId: row.locationId ?? (more.length > 0 ? null : place) };
    });
  }

  /** Those that stand and are not over at that moment, in order of their start, after the given one. */
  async coveredAfter(
    { businessId, resourceIds, serviceId, locationId, madeAfter, from, to }: Concerned,
    moment: Instant,
    after: Pick<StoredBooking, 'startsAt' | 'id'> | undefined,
    limit: number,
  ): Promise<CoveredBooking[]> {
    const found = this.readModels
      .unscoped(bookings)
      .where({ businessId, kind: 'booking', status: In(['pending', 'confirmed', 'checked_in']), serviceId })
      .where({ startsAt: to && LessThan(to), createdAt: madeAfter && MoreThan(madeAfter) })
      .and((row) => isUnderWay(row, moment, { businessId }));
    if (from !== undefined) found.and((row) => isUnderWay(row, from, { businessId }));
    if (resourceIds !== undefined)
      found.and((row) => `${row.column('resourceIds')} && ${row.value(resourceIds)}::uuid[]`);
    if (locationId !== undefined) found.and((row) => isAt(row, [locationId]));
    if (after !== undefined) {
      const [startsAt, id] = [after.startsAt, after.id];
      found.and(
        (row) => `(${row.column('startsAt')}, ${row.column('id')}) > (${row.value(startsAt)}, ${row.value(id)})`,
      );
    }
    const rows = await found
      .only('id', 'serviceId', 'resourceIds', 'locationId', 'startsAt', 'endsAt', 'attention', 'kept')
      .ordered('startsAt', limit);
    return rows.map(({ serviceId, endsAt: end, ...row }) => ({
      ...row,
      serviceId: serviceId as Uuid,
      start: row.startsAt,
      end,
    }));
  }

  /** When these customers have bookings that stand and overlap that span. */
  async busyTimes(
    customerIds: readonly Uuid[],
    { from, to }: { readonly from: Instant; readonly to: Instant },
  ): Promise<Pick<StoredBooking, 'customerId' | 'startsAt' | 'endsAt'>[]> {
    if (customerIds.length === 0) return [];
    return this.readModels
      .unscoped(bookings)
      .and((row) => `${row.column('customerId')} = any(${row.value(customerIds)}::uuid[])`)
      .and((row) => isUnderWay(row, from, { customerId: customerIds[0] as Uuid }))
      .where({ kind: 'booking', status: In(['pending', 'confirmed', 'checked_in']), startsAt: LessThan(to) })
      .only('customerId', 'startsAt', 'endsAt')
      .all();
  }

  private async page(
    selection: Selection<StoredBooking, FoundBooking>,
    { resourceId, locationId, attention, status, from, to, ...filter }: BookingFilter,
    request: PageRequest,
  ): Promise<Page<BookingRow>> {
    const asked = attention === undefined ? selection : selection.and((row) => needsAttention(row, attention));
    const there = locationId === undefined ? asked : asked.and((row) => isAt(row, [locationId]));
    const ending = from === undefined ? there : there.and((row) => isUnderWay(row, from, filter));
    const found = await ending
      .where({ ...filter, status: typeof status === 'object' ? In([...status]) : status, startsAt: to && LessThan(to) })
      .having('resourceIds', resourceId)
      .page(['-startsAt', 'createdAt'], request);
    return { ...found, items: await this.open(found.items) };
  }

  private select(scope: Scope, ownership: Ownership<keyof StoredBooking>): Selection<StoredBooking, FoundBooking> {
    return this.readModels
      .select(bookings, scope, ownership)
      .with('agendaRevision', agendas, 'revision', { id: 'userId' });
  }

  private async open(rows: readonly FoundBooking[]): Promise<BookingRow[]> {
    const written = await this.codec.unseal<Written>(rows.flatMap(({ title, note, reason }) => [title, note, reason]));
    return rows.map(({ agendaRevision, ...row }, i) => {
      const [{ title = null } = {}, { note = null } = {}, { reason = null } = {}] = written.slice(3 * i);
      const revision = (row.kind === 'appointment' && agendaRevision) || row.revision;
      return { ...row, revision, title, note, reason };
    });
  }
}
