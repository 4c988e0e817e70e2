import { Injectable } from '@nestjs/common';
import { ResourceQueries } from '@projections/catalog';
import { Agenda, Calendar, keepPrivateTime, keepPrivateTimeOfBusiness, type PrivateTime } from '@yoyaku/booking';
import { BusinessFacts, type BusinessState } from '@yoyaku/business';
import { Resource } from '@yoyaku/catalog';
import { AggregateStore, type CommandContext, Commands, stepOf } from '@yoyaku/eventing';
import { deriveUuid, type Instant, isAfter, type Uuid } from '@yoyaku/kernel';
import { Consistency } from '@yoyaku/projecting';
import type { DueJob, Job, JobHandler } from '@yoyaku/reacting';

interface Span {
  readonly start: Instant;
  readonly end: Instant;
}

/** Businesses in which nobody works, whoever is a member. */
const OVER: readonly BusinessState['status'][] = ['rejected', 'closed'];

/** How long a job waits for the read model of resources before it is tried again. */
const PATIENCE = 5_000;

/**
 * Blocks the time of a person's private appointments on their resources, without a word about what they are, and lifts
 * what was blocked for appointments that were moved or cancelled, or for somebody who is no member of the business.
 */
@Injectable()
export class PrivateTimeKeeper implements JobHandler<PrivateTime> {
  readonly kind = keepPrivateTime;

  constructor(
    private readonly resources: ResourceQueries,
    private readonly consistency: Consistency,
    private readonly aggregates: AggregateStore,
    private readonly businesses: BusinessFacts,
    private readonly commands: Commands,
  ) {}

  async run({ data, cause, now, context }: DueJob<PrivateTime>): Promise<undefined> {
    const ids = 'resourceId' in data ? [data.resourceId] : await this.resourcesOf(data.userId, BigInt(cause.position));
    for (const id of ids) await this.keep(id, now, context);
    return undefined;
  }

  /** All that were theirs before the cause: what becomes theirs after it is a job of its own. */
  private async resourcesOf(userId: Uuid, position: bigint): Promise<readonly Uuid[]> {
    await everythingBefore(position, this.consistency);
    return this.resources.ofUser(userId);
  }

  /**
   * Two jobs may do this at once, and one of them go by what is no longer so. So whoever has changed the calendar looks
   * again, and is done only when nothing is left to change: the last one goes by what is so.
   */
  private async keep(resourceId: Uuid, now: Instant, context: CommandContext): Promise<void> {
    for (let round = 0; await this.bring(resourceId, now, stepOf(context, `${resourceId} ${round}`)); round++);
  }

  /** Whether there was anything to change. */
  private async bring(resourceId: Uuid, now: Instant, context: CommandContext): Promise<boolean> {
    const { state: resource } = await this.aggregates.load(Resource, resourceId, 'requireLoad');
    if (resource.status === 'none') return false;
    const { businessId, userId } = resource;
    const isTheirs = userId !== null && resource.status === 'active' && (await this.isMember(businessId, userId));
    const taken = isTheirs ? await this.appointmentsOf(userId) : [];
    const wanted = new Map(taken.map((one) => [blockIdOf(resourceId, one), one]));
    const { state: calendar } = await this.aggregates.load(Calendar, resourceId, 'requireLoad');
    const blocks = calendar.entries.filter(({ serviceId, calendarId }) => serviceId === null && calendarId === null);
    const blocked = new Set(blocks.map(({ bookingId }) => bookingId));
    const missing = [...wanted].filter(([id, { end }]) => !blocked.has(id) && isAfter(end, now));
    for (const [blockId, { start, end }] of missing) {
      const block = { blockId, businessId, resourceId, start, end, reason: null };
      await this.commands.execute(
        Calendar,
        resourceId,
        { type: 'BlockTime', data: block },
        stepOf(context, `block ${blockId}`),
      );
    }
    const others = blocked.difference(wanted);
    const former = others.size > 0 ? await this.formerBlocks(resourceId) : new Set<Uuid>();
    const gone = [...others.intersection(former)];
    for (const blockId of gone) {
      const command = { type: 'UnblockTime', data: { blockId } } as const;
      await this.commands.execute(Calendar, resourceId, command, stepOf(context, `lift ${blockId}`));
    }
    return missing.length > 0 || gone.length > 0;
  }

  private async isMember(businessId: Uuid, userId: Uuid): Promise<boolean> {
    const { status } = await this.businesses.business(businessId, 'requireLoad');
    return !OVER.includes(status) && (await this.businesses.standing(businessId, userId, 'requireLoad')) !== null;
  }

  private async appointmentsOf(userId: Uuid): Promise<(Span & { readonly appointmentId: Uuid })[]> {
    const { state } = await this.aggregates.load(Agenda, userId, 'requireLoad');
    return Object.values(state.appointments);
  }

  /** The ids of all blocks that there ever were for appointments of those for whom the resource ever stood. */
  private async formerBlocks(resourceId: Uuid): Promise<Set<Uuid>> {
    const past = await Array.fromAsync(this.aggregates.history(Resource, resourceId));
    const people = new Set(past.flatMap(({ data }) => ('userId' in data && data.userId !== null ? data.userId : [])));
    const ids = new Set<Uuid>();
    for (const userId of people) {
      for await (const { data } of this.aggregates.history(Agenda, userId)) {
        if ('start' in data) ids.add(blockIdOf(resourceId, data));
      }
    }
    return ids;
  }
}

/** Does that for all resources of a business. */
@Injectable()
export class PrivateTimeOfBusiness implements JobHandler<{ readonly businessId: Uuid }> {
  readonly kind = keepPrivateTimeOfBusiness;

  constructor(
    private readonly resources: ResourceQueries,
    private readonly consistency: Consistency,
  ) {}

  async run({ data, cause }: DueJob<{ readonly businessId: Uuid }>): Promise<readonly Job[]> {
    await everythingBefore(BigInt(cause.position), this.consistency);
    const ids = await this.resources.ofPeople(data.businessId);
    return ids.map((resourceId) => keepPrivateTime.job({ resourceId }));
  }
}

async function everythingBefore(position: bigint, consistency: Consistency): Promise<void> {
  const isKnown = await consistency.waitFor(['resources'], position, { timeoutMs: PATIENCE });
  if (!isKnown) throw new Error('The read model of resources is behind');
}

/** An appointment that is moved has another block. */
const blockIdOf = (resourceId: Uuid, { appointmentId, start, end }: Span & { readonly appointmentId: Uuid }): Uuid =>
  deriveUuid('private-time', resourceId, appointmentId, start, end);
