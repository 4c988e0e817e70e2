import { Injectable } from '@nestjs/common';
import { type Ownership, rowsIn, type Scope } from '@yoyaku/access';
import { EventCodec } from '@yoyaku/eventing';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { StoredBooking } from './table';

type Written = Readonly<Record<'title' | 'note' | 'reason', string | null>>;
export type BookingRow = Omit<StoredBooking, keyof Written> & Written;

export interface BookingFilter {
  readonly businessId?: Uuid;
  readonly customerId?: Uuid;
  readonly resourceId?: Uuid;
  readonly serviceId?: Uuid;
  readonly status?: string;
  /** Starts at this moment or later. */
  readonly from?: Instant;
  /** Starts before this moment. */
  readonly to?: Instant;
}

/**
 * Whether a booking, of which this is the column of its resources, is at one of these locations or at none in
 * particular. Where a resource's place is not known yet, it is not.
 */
export const bookingWithin = (locationIds: string, resourceIds: string): string => `(
  exists (select from read.resource_places p where p.id = any(${resourceIds}) and p.location_id = any(${locationIds}::uuid[]))
  or (select count(*) from read.resource_places p where p.id = any(${resourceIds}) and p.location_id is null)
    = cardinality(${resourceIds}))`;

interface FoundBooking extends StoredBooking {
  /** Of an appointment: it is in its user's agenda, and has that one's revision. */
  readonly agendaRevision: number | null;
}

const SELECT = `select b.*, a.revision as agenda_revision from read.bookings b
  left join read.agendas a on b.kind = 'appointment' and a.id = b.user_id`;

/** Private appointments are of no business: they are in nobody's scope but their owner's. */
const BOOKINGS: Ownership = {
  business: 'b.business_id',
  owner: 'b.user_id',
  at: (locationIds) => bookingWithin(locationIds, 'b.resource_ids'),
};

const OF_CUSTOMER: Ownership = { ...BOOKINGS, isPart: true };

@Injectable()
export class BookingQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  /** The booking of that id, or the private appointment: there may be both, with ids of earlier builds. */
  async find(scope: Scope, id: Uuid): Promise<BookingRow | undefined> {
    const params = [id];
    const sql = `${SELECT} where b.kind in ('booking', 'appointment') and b.id = $1
      and ${rowsIn(scope, BOOKINGS, params)} order by b.kind desc limit 1`;
    const [booking] = await this.open(await this.readModels.query<FoundBooking>(sql, params));
    return booking;
  }

  list(scope: Scope, filter: BookingFilter, request: PageRequest): Promise<Page<BookingRow>> {
    const params: unknown[] = [];
    return this.page(rowsIn(scope, BOOKINGS, params), params, filter, request);
  }

  /** The bookings of a customer, who is in the scope. */
  ofCustomer(scope: Scope, customerId: Uuid, request: PageRequest): Promise<Page<BookingRow>> {
    const params: unknown[] = [];
    return this.page(rowsIn(scope, OF_CUSTOMER, params), params, { customerId }, request);
  }

  private async page(
    visible: string,
    params: unknown[],
    filter: BookingFilter,
    request: PageRequest,
  ): Promise<Page<BookingRow>> {
    const conditions = Object.entries(CONDITIONS).flatMap(([name, condition]) => {
      const value = filter[name as keyof BookingFilter];
      return value === undefined ? [] : [condition(`$${params.push(value)}`)];
    });
    const sql = `${SELECT} where ${[visible, ...conditions].join(' and ')}`;
    const sorts = ['-startsAt', 'createdAt'] as const;
    const found = await page<FoundBooking>(this.readModels, { sql, params, sorts }, request);
    return { ...found, items: await this.open(found.items) };
  }

  /**
   * Pending bookings that nobody approved in time. If there are more than the limit, a random choice: otherwise the
   * rows of a tenant whose projection has stopped would fill every answer.
   */
  async due(at: Instant, limit: number): Promise<Uuid[]> {
    const rows = await this.readModels.query<{ id: Uuid }>(
      `select id from read.bookings where status = 'pending' and expires_at <= $1 order by random() limit $2`,
      [at, limit],
    );
    return rows.map(({ id }) => id);
  }

  private async open(rows: readonly FoundBooking[]): Promise<BookingRow[]> {
    const written = await this.codec.unseal<Written>(rows.flatMap(({ title, note, reason }) => [title, note, reason]));
    return rows.map(({ agendaRevision, ...row }, i) => {
      const [{ title = null } = {}, { note = null } = {}, { reason = null } = {}] = written.slice(3 * i);
      return { ...row, revision: agendaRevision ?? row.revision, title, note, reason };
    });
  }
}

const CONDITIONS: Record<keyof BookingFilter, (value: string) => string> = {
  businessId: (value) => `business_id = ${value}`,
  customerId: (value) => `customer_id = ${value}`,
  resourceId: (value) => `${value} = any(resource_ids)`,
  serviceId: (value) => `service_id = ${value}`,
  status: (value) => `status = ${value}`,
  from: (value) => `starts_at >= ${value}`,
  to: (value) => `starts_at < ${value}`,
};
