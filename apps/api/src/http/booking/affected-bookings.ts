import { Injectable } from '@nestjs/common';
import { BookingQueries } from '@projections/booking';
import { ResourceQueries } from '@projections/catalog';
import { bookingsWithin, Calendar, outsideOpening, UncoveredBookings } from '@yoyaku/booking';
import type { KnownBusiness } from '@yoyaku/business';
import { AggregateStore, type CommandContext } from '@yoyaku/eventing';
import { DomainError, epochMs, type Instant, type Uuid } from '@yoyaku/kernel';
import { Consistency } from '@yoyaku/projecting';

/** A change, by the position of its event, and who made it. */
interface Change {
  readonly businessId: Uuid;
  readonly position: bigint;
  readonly context: CommandContext;
}

/** The change is made by then, so its answer waits no longer for what it leaves uncovered. */
const PATIENCE = 2_000;

/** Which bookings a change of a business leaves uncovered, as far as they are known by then. */
@Injectable()
export class AffectedBookings {
  constructor(
    private readonly bookings: BookingQueries,
    private readonly resources: ResourceQueries,
    private readonly uncovered: UncoveredBookings,
    private readonly consistency: Consistency,
    private readonly aggregates: AggregateStore,
  ) {}

  /** Those that its hours and holidays leave out; of one location, where only its hours were changed. */
  async byOpening(business: KnownBusiness, change: Change, of?: { locationId: Uuid }): Promise<Uuid[]> {
    const standing = await this.standing(change, of);
    const times = standing.map(({ id, locationId, startsAt, endsAt }) => {
      return { id, locationId, start: epochMs(startsAt), end: epochMs(endsAt) };
    });
    return outsideOpening(business, times);
  }

  /** Those of a service that is withdrawn, or at a location that is closed. */
  async of(gone: { serviceId: Uuid } | { locationId: Uuid }, change: Change): Promise<Uuid[]> {
    return (await this.standing(change, gone)).map(({ id }) => id);
  }

  /** Those with the resources that stand for a member who leaves. */
  async withMember(userId: Uuid, { businessId, context }: Change): Promise<Uuid[]> {
    const theirs = await this.resources.ofUser(userId, businessId);
    const ids = await Promise.all(theirs.map((id) => this.uncovered.of(id, context.at)));
    return [...new Set(ids.flat())];
  }

  /** Those with the resources that stand for a person, in that time. */
  async during(userId: Uuid, span: { readonly start: Instant; readonly end: Instant }): Promise<Uuid[]> {
    const theirs = await this.resources.ofUser(userId);
    const calendars = await Promise.all(theirs.map((id) => this.aggregates.load(Calendar, id, 'requireLoad')));
    return [...new Set(calendars.flatMap(({ state }) => bookingsWithin(state, span)))];
  }

  private async standing({ businessId, position, context }: Change, of?: { serviceId?: Uuid; locationId?: Uuid }) {
    await this.consistency
      .waitFor(['bookings'], position, { tenantId: businessId, timeoutMs: PATIENCE })
      .catch((error: unknown) => {
        // It stands still: what it knows is told all the same.
        if (!(error instanceof DomainError)) throw error;
      });
    return this.bookings.standing(context.scope, context.at, of);
  }
}
