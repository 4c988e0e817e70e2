import { Injectable } from '@nestjs/common';
import { BookingQueries, WaitlistQueries } from '@projections/booking';
import {
  type Freed,
  type FreedTime,
  GiveUpEntry,
  leaveAllWaitlists,
  leaveWaitlists,
  lookWhoWaits,
  OfferFreedTime,
  offerFreedTime,
} from '@yoyaku/booking';
import { type CommandContext, Commands, stepOf } from '@yoyaku/eventing';
import { DAY, epochMs, type Instant, isAfter, localDate, newUuid, plusDays, plusMs, type Uuid } from '@yoyaku/kernel';
import { transaction } from '@yoyaku/postgres';
import { Consistency } from '@yoyaku/projecting';
import type { DueJob, Job, JobHandler } from '@yoyaku/reacting';
import { Pool } from 'pg';

/** How long a job waits for a read model before it is tried again later, in milliseconds. */
const PATIENCE = 5_000;

/** Throws where the read model does not get as far as what the job follows from. */
async function everythingBefore({ cause }: DueJob, consistency: Consistency): Promise<void> {
  const { position, tenantId } = cause;
  const isThere = await consistency.waitFor(['waitlist'], BigInt(position), { tenantId, timeoutMs: PATIENCE });
  if (!isThere) throw new Error('The waitlists are behind');
}

/** Looks for which services somebody waits who may make use of time that has become free. Mostly for none. */
@Injectable()
export class WaitlistLooker implements JobHandler<Freed> {
  readonly kind = lookWhoWaits;

  constructor(
    private readonly waitlists: WaitlistQueries,
    private readonly consistency: Consistency,
  ) {}

  async run(job: DueJob<Freed>): Promise<readonly Job[]> {
    const { data, now } = job;
    if (!isAfter(data.to, now)) return [];
    await everythingBefore(job, this.consistency);
    // Whatever the zone of the place is.
    const [from, to] = [plusDays(localDate(data.from, 'UTC'), -1), plusDays(localDate(data.to, 'UTC'), 1)];
    const services = await this.waitlists.waitedFor(data.businessId, from, to);
    return services.map((serviceId) => offerFreedTime.job({ ...data, serviceId }, { until: data.to }));
  }
}

/** Offers it to those who wait for one of the services. */
@Injectable()
export class FreedTimeOfferer implements JobHandler<FreedTime> {
  readonly kind = offerFreedTime;

  constructor(
    private readonly waitlists: WaitlistQueries,
    private readonly bookings: BookingQueries,
    private readonly commands: Commands,
    private readonly pool: Pool,
  ) {}

  /** Of several processes that offer what is free to the same people, all but one would hold it in vain. */
  run(job: DueJob<FreedTime>): Promise<readonly Job[]> {
    return transaction(this.pool, async (client) => {
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`waitlist ${job.data.serviceId}`]);
      return this.offer(job);
    });
  }

  private async offer({ data, context, signal }: DueJob<FreedTime>): Promise<readonly Job[]> {
    const waiting = await this.waitlists.waitingFor(data.serviceId);
    // What is offered begins before the time ends, and may begin well before it.
    const times = await this.bookings.busyTimes(waiting, around(data));
    const busy = times.map(({ customerId, startsAt, endsAt }) => ({
      customerId: customerId as Uuid,
      start: epochMs(startsAt),
      end: epochMs(endsAt),
    }));
    // Each try holds time of its own: what one that failed has held may have been released since.
    const fresh = { ...context, commandId: newUuid(), repeated: false };
    const { isMore } = await this.commands.send(new OfferFreedTime(data, busy, fresh, signal));
    return isMore ? [offerFreedTime.job(data, { until: data.to })] : [];
  }
}

/** As long as a service may take, before and after. */
const around = ({ from, to }: FreedTime): { from: Instant; to: Instant } => ({
  from: plusMs(from, -30 * DAY),
  to: plusMs(to, 30 * DAY),
});

/** Nobody is offered anything who was erased. */
async function leave(entries: readonly Uuid[], commands: Commands, context: CommandContext): Promise<void> {
  for (const entryId of entries) {
    const command = { type: 'RemoveFromWaitlist', data: { entryId, reason: 'erased' } } as const;
    await commands.send(new GiveUpEntry(command, stepOf(context, entryId)));
  }
}

@Injectable()
export class WaitlistEnder implements JobHandler<{ customerId: Uuid; businessId: Uuid }> {
  readonly kind = leaveWaitlists;

  constructor(
    private readonly waitlists: WaitlistQueries,
    private readonly consistency: Consistency,
    private readonly commands: Commands,
  ) {}

  async run(job: DueJob<{ customerId: Uuid; businessId: Uuid }>): Promise<undefined> {
    await everythingBefore(job, this.consistency);
    await leave(await this.waitlists.openOf({ customerId: job.data.customerId }), this.commands, job.context);
    return undefined;
  }
}

@Injectable()
export class AccountWaitlistEnder implements JobHandler<{ userId: Uuid }> {
  readonly kind = leaveAllWaitlists;

  constructor(
    private readonly waitlists: WaitlistQueries,
    private readonly consistency: Consistency,
    private readonly commands: Commands,
  ) {}

  async run(job: DueJob<{ userId: Uuid }>): Promise<undefined> {
    await everythingBefore(job, this.consistency);
    await leave(await this.waitlists.openOf(job.data), this.commands, job.context);
    return undefined;
  }
}
