import { Injectable } from '@nestjs/common';
import { EventCodec } from '@yoyaku/eventing';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { StoredBooking } from './table';

type Written = Readonly<Record<'title' | 'note' | 'reason', string | null>>;
export type BookingRow = Omit<StoredBooking, keyof Written> & Written;

export interface BookingFilter {
  readonly businessId?: Uuid;
  /** No private appointments. */
  readonly ofAnyBusiness?: true;
  /** The user who owns the bookings or private appointments. */
  readonly userId?: Uuid;
  readonly customerId?: Uuid;
  readonly resourceId?: Uuid;
  readonly serviceId?: Uuid;
  readonly status?: string;
  /** Starts at this moment or later. */
  readonly from?: Instant;
  /** Starts before this moment. */
  readonly to?: Instant;
  /** At one of these locations, or at none in particular. */
  readonly within?: readonly Uuid[];
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

@Injectable()
export class BookingQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  /** The booking of that id, and the private appointment: one of them at most, but for ids of earlier builds. */
  async find(id: Uuid): Promise<BookingRow[]> {
    const sql = `${SELECT} where b.kind in ('booking', 'appointment') and b.id = $1`;
    return this.open(await this.readModels.query<FoundBooking>(sql, [id]));
  }

  async list(filter: BookingFilter, request: PageRequest): Promise<Page<BookingRow>> {
    const params: unknown[] = [];
    const conditions = Object.entries(CONDITIONS).flatMap(([name, condition]) => {
      const value = filter[name as keyof BookingFilter];
      return value === undefined ? [] : [condition(`$${params.push(value)}`)];
    });
    const sql = `${SELECT} ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}`;
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
  ofAnyBusiness: (value) => `${value} = (business_id is not null)`,
  userId: (value) => `user_id = ${value}`,
  customerId: (value) => `customer_id = ${value}`,
  resourceId: (value) => `${value} = any(resource_ids)`,
  serviceId: (value) => `service_id = ${value}`,
  status: (value) => `status = ${value}`,
  from: (value) => `starts_at >= ${value}`,
  to: (value) => `starts_at < ${value}`,
  within: (value) => bookingWithin(value, 'resource_ids'),
};
