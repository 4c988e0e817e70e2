import { Injectable } from '@nestjs/common';
import { BookingQueries } from '@projections/booking';
import { ResourceQueries } from '@projections/catalog';
import { Booking, bookingsWithin, Calendar, outsideOpening, UncoveredBookings } from '@yoyaku/booking';
import { BusinessFacts, type KnownBusiness } from '@yoyaku/business';
import { Resource } from '@yoyaku/catalog';
import { AggregateStore, type CommandContext } from '@yoyaku/eventing';
import { DomainError, epochMs, type Instant, type Uuid } from '@yoyaku/kernel';
import { Consistency } from '@yoyaku/projecting';
import type { FastifyRequest } from 'fastify';
import { ofThing } from '../conventions';
import { type Asker, Rights } from '../conventions/access/rights';
import { Things } from '../conventions/access/things';

/** A change, by the position of its event, and who made it. */
interface Change {
  readonly businessId: Uuid;
  readonly position: bigint;
  readonly context: CommandContext;
}

/** The change is made by then, so its answer waits no longer for what it leaves uncovered. */
const PATIENCE = 2_000;

/** Of what they read. */
const READ = { permission: 'bookings:read', of: ofThing(Booking, 'id') } as const;

/** Which bookings a change of a business leaves uncovered, as far as they are known by then. */
@Injectable()
export class AffectedBookings {
  constructor(
    private readonly bookings: BookingQueries,
    private readonly resources: ResourceQueries,
    private readonly uncovered: UncoveredBookings,
    private readonly consistency: Consistency,
    private readonly aggregates: AggregateStore,
    private readonly businesses: BusinessFacts,
    private readonly things: Things,
    private readonly rights: Rights,
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
  async withMember(userId: Uuid, change: Change): Promise<Uuid[]> {
    const { businessId, context } = change;
    await this.reach('resources', change);
    const theirs = await this.resources.ofUser(userId, businessId);
    const ids = await Promise.all(theirs.map((id) => this.uncovered.of(id, context.at)));
    return [...new Set(ids.flat())];
  }

  /** Those with the resources that stand for a person where they are a member, in that time, as far as they read them. */
  async during(user: Asker, span: { readonly start: Instant; readonly end: Instant }, request: FastifyRequest) {
    const theirs = await this.resources.ofUser(user.userId);
    const affected = await Promise.all(theirs.map((id) => this.withResource(id, user, span, request)));
    return [...new Set(affected.flat())];
  }

  private async withResource(
    id: Uuid,
    user: Asker,
    span: { readonly start: Instant; readonly end: Instant },
    request: FastifyRequest,
  ): Promise<Uuid[]> {
    const { state: resource } = await this.aggregates.load(Resource, id, 'requireLoad');
    if (resource.status !== 'active' || resource.userId !== user.userId) return [];
    if (!(await this.businesses.standing(resource.businessId, user.userId, 'requireLoad'))) return [];
    const { state } = await this.aggregates.load(Calendar, id, 'requireLoad');
    const ids = bookingsWithin(state, span);
    const things = await Promise.all(
      ids.map((one) => this.things.find(Booking.category, { id: one, userId: null, load: 'maxStale' })),
    );
    const shown = await Promise.all(
      things.map((thing) => thing !== undefined && this.rights.shows(READ, thing, user, request)),
    );
    return ids.filter((_, i) => shown[i]);
  }

  private async standing(change: Change, of?: { serviceId?: Uuid; locationId?: Uuid }) {
    await this.reach('bookings', change);
    return this.bookings.standing(change.context.scope, change.context.at, of);
  }

  /** One that stands still, or is too far behind, tells what it knows all the same. */
  private async reach(readModel: string, { businessId, position }: Change): Promise<void> {
    await this.consistency
      .waitFor([readModel], position, { tenantId: businessId, timeoutMs: PATIENCE })
      .catch((error: unknown) => {
        if (!(error instanceof DomainError)) throw error;
      });
  }
}
