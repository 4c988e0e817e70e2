import { Injectable } from '@nestjs/common';
import { BookingQueries, type CoveredBooking } from '@projections/booking';
import { ResourceQueries } from '@projections/catalog';
import {
  AttentionKeeper,
  type Changed,
  Cover,
  causesBeside,
  type Judge,
  lookForUncovered,
  tellOfUncovered,
} from '@yoyaku/booking';
import { Consistency } from '@yoyaku/projecting';
import type { DueJob, Job, JobHandler } from '@yoyaku/reacting';

/** So many bookings are looked at by one job, and so many of them at once. */
const PART = 200;
const AT_ONCE = 10;

/** How long a job waits for the read models, in milliseconds; then it is tried again later. */
const PATIENCE = 10_000;

/** Looks at the bookings that a change may concern, part by part, and has the business told once of all of them. */
@Injectable()
export class UncoveredFinder implements JobHandler<Changed> {
  readonly kind = lookForUncovered;

  constructor(
    private readonly bookings: BookingQueries,
    private readonly resources: ResourceQueries,
    private readonly consistency: Consistency,
    private readonly cover: Cover,
    private readonly attention: AttentionKeeper,
  ) {}

  async run(job: DueJob<Changed>): Promise<Job[]> {
    const { data, cause } = job;
    const part = await this.part(job);
    const judge = await this.cover.of(data.businessId);
    let uncovered = data.uncovered ?? 0;
    for (let first = 0; first < part.length; first += AT_ONCE) {
      const some = part.slice(first, first + AT_ONCE);
      const found = await Promise.all(some.map((booking) => this.isUncovered(booking, judge, job)));
      uncovered += found.filter(Boolean).length;
    }
    const last = part.at(-1);
    if (last && part.length === PART) {
      return [lookForUncovered.job({ ...data, after: { startsAt: last.startsAt, id: last.id }, uncovered })];
    }
    if (uncovered === 0 || data.isQuiet) return [];
    const { businessId, resourceId, operation } = data;
    const key = operation === undefined ? cause.id : `${operation} ${resourceId}`;
    return [tellOfUncovered.job({ businessId, bookings: uncovered }, { key })];
  }

  private async part({ data, cause, now }: DueJob<Changed>): Promise<readonly CoveredBooking[]> {
    const { businessId, userId, resourceId, serviceId, locationId, madeAfter, from, to, after } = data;
    const readModels = userId === undefined ? ['bookings'] : ['bookings', 'resources'];
    const isKnown = await this.consistency.waitFor(readModels, BigInt(cause.position), {
      tenantId: businessId,
      timeoutMs: PATIENCE,
    });
    if (!isKnown) throw new Error('The read model of bookings is behind');
    const theirs = userId === undefined ? undefined : await this.resources.ofUser(userId, businessId);
    const resourceIds = resourceId === undefined ? theirs : [resourceId];
    const concerned = { businessId, resourceIds, serviceId, locationId, madeAfter, from, to };
    return this.bookings.coveredAfter(concerned, now, after, PART);
  }

  /** Whether the change has left it uncovered. What is known of most of them shows that nothing has changed. */
  private async isUncovered(booking: CoveredBooking, judge: Judge, { data, cause, context }: DueJob<Changed>) {
    const { attention, kept } = booking;
    const by = data.operation ?? cause.id;
    const causes = await judge(booking);
    const known = [...attention, ...kept];
    const isAsKnown = causesBeside(causes, known).length === 0 && causesBeside(known, causes).length === 0;
    const now = isAsKnown ? attention : await this.attention.look(booking.id, by, context);
    return now.some(({ change }) => change === by);
  }
}
