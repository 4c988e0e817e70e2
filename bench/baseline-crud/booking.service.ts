import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newUuid } from '@yoyaku/kernel';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import type { BookingAnswer, BookingBody } from './booking.body';
import { BookingRow, CustomerRow, IdempotencyKeyRow, ResourceRow, ServiceRow } from './entities';
import { Problem } from './problem';
import { checkRules } from './rules';

const ROUTE = 'POST /bookings';
const EXCLUSION_VIOLATION = '23P01';
const TAKEN = `exists (
  select from booking
   where resource_id = :resourceId and status <> 'cancelled'
     and tstzrange(starts_at, ends_at)
      && tstzrange(cast(:start as timestamptz),
                   cast(:start as timestamptz) + make_interval(mins => service.duration_minutes)))`;

@Injectable()
export class BookingService {
  constructor(private readonly database: DataSource) {}

  /** Books in one transaction, or gives the answer that this key got before. Throws {@link Problem}. */
  async book(userId: string, key: string | undefined, body: BookingBody): Promise<BookingAnswer> {
    try {
      return await this.database.transaction(async (manager) => {
        const bodyHash = createHash('sha256').update(JSON.stringify(body)).digest('base64');
        const claim = key ? { userId, route: ROUTE, key } : undefined;
        if (claim) {
          const earlier = await this.claim(manager, { ...claim, bodyHash });
          if (earlier) return earlier;
        }
        const answer = await this.insert(manager, userId, body);
        if (claim) await manager.update(IdempotencyKeyRow, claim, { answer });
        return answer;
      });
    } catch (error) {
      if (error instanceof QueryFailedError && error.driverError.code === EXCLUSION_VIOLATION) {
        throw new Problem(409, 'booking.slot_taken');
      }
      throw error;
    }
  }

  /** A second request with the same key waits here for the first one's transaction. */
  private async claim(manager: EntityManager, row: Omit<IdempotencyKeyRow, 'answer' | 'createdAt'>) {
    const { raw } = await manager
      .createQueryBuilder()
      .insert()
      .into(IdempotencyKeyRow)
      .values(row)
      .orIgnore()
      .returning('key')
      .execute();
    if (raw.length > 0) return undefined;
    const { userId, route, key } = row;
    const earlier = await manager.findOneByOrFail(IdempotencyKeyRow, { userId, route, key });
    if (earlier.bodyHash !== row.bodyHash) throw new Problem(422, 'idempotency.key_reused');
    return earlier.answer as BookingAnswer;
  }

  private async insert(manager: EntityManager, userId: string, body: BookingBody): Promise<BookingAnswer> {
    const { businessId, serviceId, partySize = 1, note = null } = body;
    const resourceId = body.resourceIds[0] as string;
    // Most who come too late are told so here, and need not queue for the lock.
    const { entities, raw } = await manager
      .createQueryBuilder(ServiceRow, 'service')
      .innerJoinAndSelect('service.business', 'business')
      .innerJoinAndSelect('business.hours', 'hours')
      .addSelect(TAKEN, 'taken')
      .where('service.id = :serviceId and service.businessId = :businessId', { serviceId, businessId })
      .setParameters({ resourceId, start: body.start })
      .getRawAndEntities<{ taken: boolean }>();
    const [service] = entities;
    if (!service) throw new Problem(404, 'service.not_found');
    if (raw[0]?.taken) throw new Problem(409, 'booking.slot_taken');
    // Two inserts that wait for each other in the exclusion constraint would be a deadlock.
    const resource = await manager
      .createQueryBuilder(ResourceRow, 'resource')
      .innerJoinAndSelect('resource.hours', 'hours')
      .innerJoin('service_resource', 'able', 'able.resource_id = resource.id and able.service_id = :serviceId', {
        serviceId,
      })
      .where('resource.id = :resourceId', { resourceId })
      .setLock('for_no_key_update', undefined, ['resource'])
      .getOne();
    if (!resource) throw new Problem(422, 'booking.resource_unfit');
    const start = Date.parse(body.start);
    checkRules(service.business, service, resource, start, partySize);
    const customer = await this.customer(manager, businessId, userId);
    if (customer.blocked) throw new Problem(422, 'booking.customer_blocked');

    const booking = manager.create(BookingRow, {
      id: newUuid(),
      businessId,
      serviceId,
      resourceId,
      customerId: customer.id,
      startsAt: new Date(start),
      endsAt: new Date(start + service.durationMinutes * 60_000),
      status: 'confirmed',
      amount: service.amount,
      currency: service.currency,
      partySize,
      note,
    });
    await manager.insert(BookingRow, booking);
    return toAnswer(booking);
  }

  private async customer(manager: EntityManager, businessId: string, userId: string): Promise<CustomerRow> {
    const known = await manager.findOneBy(CustomerRow, { businessId, userId });
    if (known) return known;
    await manager
      .createQueryBuilder()
      .insert()
      .into(CustomerRow)
      .values({ id: newUuid(), businessId, userId })
      .orIgnore()
      .execute();
    return manager.findOneByOrFail(CustomerRow, { businessId, userId });
  }
}

const toAnswer = (row: BookingRow): BookingAnswer => ({
  id: row.id,
  businessId: row.businessId,
  serviceId: row.serviceId,
  resourceIds: [row.resourceId],
  customerId: row.customerId,
  start: row.startsAt.toISOString(),
  end: row.endsAt.toISOString(),
  status: row.status,
  price: { amount: row.amount, currency: row.currency },
  partySize: row.partySize,
});
