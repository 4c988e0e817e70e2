import { Injectable } from '@nestjs/common';
import { BusinessFacts, isKnownBusiness, type KnownBusiness } from '@yoyaku/business';
import { CatalogFacts, type KnownService } from '@yoyaku/catalog';
import { AggregateStore } from '@yoyaku/eventing';
import { epochMs, remembered, type Uuid } from '@yoyaku/kernel';
import type { Place, Uncovering } from '../domain/booking.events';
import { Calendar } from '../domain/calendar.decider';
import { type UsedResource, uncovering } from '../domain/uncovering';
import { openingOf } from './rule-book';

/** As much of a booking as what it needs depends on. */
interface Covered extends Pick<Place, 'resourceIds' | 'locationId' | 'start' | 'end'> {
  readonly serviceId: Uuid;
}

/** What leaves a booking of the business without what it needs. */
export type Judge = (booking: Covered) => Promise<readonly Uncovering[]>;

/** A resource, and where it is. */
interface Placed {
  readonly used: UsedResource | null;
  readonly locationIds: readonly Uuid[];
}

/** Looks whether bookings still have what they need. What is booked stays booked all the same. */
@Injectable()
export class Cover {
  constructor(
    private readonly businesses: BusinessFacts,
    private readonly catalog: CatalogFacts,
    private readonly aggregates: AggregateStore,
  ) {}

  /** Who judges by what the store has now. Each thing is read once, however many bookings need it. */
  async of(businessId: Uuid): Promise<Judge> {
    const business = await this.businesses.business(businessId, 'requireLoad');
    if (!isKnownBusiness(business)) return async () => [];
    const serviceOf = remembered((id: Uuid) => this.catalog.service(id, 'requireLoad'), KEPT);
    const resourceOf = remembered((id: Uuid) => this.resource(id, business), KEPT);
    return async (booking) => {
      const service = await serviceOf(booking.serviceId);
      if (service.status === 'none' || service.businessId !== businessId) return [];
      const placed = await Promise.all(
        booking.resourceIds.map((id) => (id === service.serviceId ? itself(service) : resourceOf(id))),
      );
      return judged(booking, business, service, placed);
    };
  }

  private async resource(id: Uuid, { businessId }: KnownBusiness): Promise<Placed> {
    const resource = await this.catalog.resource(id, 'requireLoad');
    if (resource.status === 'none' || resource.businessId !== businessId) return { used: null, locationIds: [] };
    const { resourceId, locationId, userId, hours, exceptions } = resource;
    // Who is invited has not left. If they decline, or the invitation is withdrawn, that is looked at then.
    const isThere = userId === null || (await this.businesses.isToBeThere(businessId, userId, 'requireLoad'));
    const { state } = await this.aggregates.load(Calendar, id, 'requireLoad');
    const blocks = state.entries.filter(({ serviceId }) => serviceId === null);
    const isWithdrawn = resource.status === 'removed';
    return {
      used: { resourceId, hours, exceptions, isWithdrawn, hasLeft: !isThere, blocks },
      locationIds: locationId === null ? [] : [locationId],
    };
  }
}

/** More than the bookings of one look need. */
const KEPT = 10_000;

/** A service without requirements is where its bookings are, and has no hours of its own. */
const itself = ({ locationIds }: KnownService): Placed => ({ used: null, locationIds });

function judged(
  { locationId, start, end }: Covered,
  business: KnownBusiness,
  { serviceId, status }: KnownService,
  placed: readonly Placed[],
): readonly Uncovering[] {
  // What does not say where it is, is where its resources are, if that is one place.
  const [theirs = null, ...more] = new Set(placed.flatMap(({ locationIds }) => locationIds));
  const place = locationId ?? (more.length > 0 ? null : theirs);
  return uncovering(
    { start: epochMs(start), end: epochMs(end) },
    {
      serviceId,
      isServiceWithdrawn: status === 'removed',
      placeId: place ?? business.businessId,
      isPlaceClosed: place !== null && business.locations[place]?.status === 'closed',
      opening: openingOf(business, place),
      resources: placed.flatMap(({ used }) => used ?? []),
    },
  );
}
