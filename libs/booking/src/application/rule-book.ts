import { Injectable } from '@nestjs/common';
import { BusinessFacts, isKnownBusiness, isSubscriptionOver, type KnownBusiness, openingSpans } from '@yoyaku/business';
import { CatalogFacts, isShared, type KnownResource, type KnownService } from '@yoyaku/catalog';
import { type Reading, recheckRefusal } from '@yoyaku/eventing';
import { DomainError, ensure, isSame, now, type Uuid } from '@yoyaku/kernel';
import type { CancellationTerms } from '../domain/booking.events';
import {
  type BusinessRules,
  eligible,
  type OpeningRules,
  type ResourceRules,
  type Rules,
  type ServiceRules,
  type Venue,
} from '../domain/rules';

interface Limits {
  /** With these resources, where the service may be done with them; empty or absent: any. */
  readonly resourceIds?: readonly Uuid[];
  /** At this location. */
  readonly locationId?: Uuid | undefined;
  /** Only at these locations, by the resources of them; empty or absent: anywhere. */
  readonly atLocations?: readonly Uuid[] | undefined;
  /** Of a booking that is moved. */
  readonly kept?: Kept | undefined;
}

/** What a booking keeps where it is moved. Its service may have been withdrawn since. */
interface Kept {
  /** Those that can still be booked are kept, others take the place of the rest. */
  readonly resourceIds: readonly Uuid[];
  /** It stays there, unless another location is asked for, or a resource that is elsewhere. */
  readonly locationId: Uuid | null;
}

interface Asked extends Limits {
  readonly businessId: Uuid;
  readonly serviceId: Uuid;
}

/** Reads what businesses and their catalogues say into the rules that booking goes by. */
@Injectable()
export class RuleBook {
  constructor(
    private readonly businesses: BusinessFacts,
    private readonly catalog: CatalogFacts,
  ) {}

  /** Throws `booking.business_closed` unless the business may take bookings just now. */
  async ensureTakesBookings(businessId: Uuid): Promise<void> {
    await recheckRefusal(async (load) => {
      const { status } = await this.businesses.business(businessId, load);
      ensure(status === 'approved', 'booking.business_closed');
    });
  }

  /**
   * Runs with the rules as this process knows them. What they refuse is refused only if the rules as they are do, too;
   * a slot that is taken no rule can give back, and offers depend on nothing else that may be remembered.
   */
  async apply<T>(asked: Asked, use: (rules: Rules) => Promise<T>): Promise<T> {
    const { businessId, serviceId } = asked;
    let known: Rules | undefined;
    try {
      known = await this.of(businessId, serviceId, asked);
      return await use(known);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'booking.slot_taken') throw error;
      const rules = await this.of(businessId, serviceId, asked, 'requireLoad');
      if (error.code === 'booking.offer_changed' && known && areSame(known, rules)) throw error;
      return use(rules);
    }
  }

  /**
   * The rules for booking a service of that business within these limits. Throws `business.not_found`,
   * `service.not_found`, and `location.unknown` for one that is asked for, or where the booking is to stay, and that is
   * not there, or closed.
   */
  async of(businessId: Uuid, serviceId: Uuid, limits: Limits = {}, load?: Reading): Promise<Rules> {
    const [business, service] = await Promise.all([
      this.businesses.business(businessId, load),
      this.catalog.service(serviceId, load),
    ]);
    if (!isKnownBusiness(business)) throw new DomainError('business.not_found', { path: 'businessId' });
    const { resourceIds = [], kept } = limits;
    const isThere = service.status === 'active' || (service.status === 'removed' && kept !== undefined);
    if (!isThere || service.businessId !== businessId) {
      throw new DomainError('service.not_found', { path: 'serviceId' });
    }
    const wanted = [...resourceIds, ...(kept?.resourceIds ?? [])];
    const ids = new Set(service.requirements.flatMap((requirement) => eligible(requirement, wanted)));
    const [policy, able] = await Promise.all([
      this.catalog.policyOf(service),
      this.ableResources(businessId, [...ids], load),
    ]);
    const resources = service.requirements.length > 0 ? able.map(resourceRules) : [itself(service)];
    const locationId = limits.locationId ?? placeToStay(limits, resources);
    const isOpen = locationId === undefined || business.locations[locationId]?.status === 'open';
    ensure(isOpen, 'location.unknown', { path: limits.locationId && 'locationId' });
    const venues = venuesOf(business, service, { ...limits, locationId }, resources);
    const usable = resourcesAt(venues, resources);
    if (kept && !kept.resourceIds.every((id) => usable.has(id))) {
      const left = kept.resourceIds.filter((id) => usable.has(id));
      return this.of(businessId, serviceId, { ...limits, kept: { ...kept, resourceIds: left } }, load);
    }
    return {
      business: businessRules(business, kept === undefined),
      service: serviceRules(service, business, policy),
      venues,
      resources: usable,
    };
  }

  /**
   * What reserves a cancelled booking's own resources again, whatever has become of its service and of the places.
   * Throws `booking.resource_unsuitable` for a resource that has gone.
   */
  async ofCancelled({
    businessId,
    serviceId,
    resourceIds,
  }: Pick<Asked, 'businessId' | 'serviceId'> & Pick<Kept, 'resourceIds'>): Promise<
    Pick<Rules, 'business' | 'service' | 'resources'>
  > {
    const [business, service] = await Promise.all([
      this.businesses.business(businessId),
      this.catalog.service(serviceId),
    ]);
    if (!isKnownBusiness(business)) throw new DomainError('business.not_found');
    if (service.status === 'none') throw new DomainError('service.not_found');
    const others = resourceIds.filter((id) => id !== serviceId);
    const able = await this.ableResources(businessId, others, 'requireLoad');
    const [gone] = new Set(others).difference(new Set(able.map(({ resourceId }) => resourceId)));
    ensure(!gone, 'booking.resource_unsuitable', { resourceId: gone });
    const resources = [itself(service), ...able.map(resourceRules)];
    return {
      business: businessRules(business, false),
      service: serviceRules(service, business, null),
      resources: new Map(resources.map((resource) => [resource.resourceId, resource])),
    };
  }

  /** Those of the business that were not removed, and whose person has not left. */
  private async ableResources(
    businessId: Uuid,
    ids: readonly Uuid[],
    load?: Reading,
  ): Promise<readonly KnownResource[]> {
    const known = await Promise.all(ids.map((id) => this.catalog.resource(id, load)));
    const active = known.filter(
      (resource): resource is KnownResource => resource.status === 'active' && resource.businessId === businessId,
    );
    return this.atWork(active, load);
  }

  /** Without those whose person has left the business. */
  private async atWork(resources: readonly KnownResource[], load?: Reading): Promise<readonly KnownResource[]> {
    const isThere = await Promise.all(
      resources.map(
        async ({ businessId, userId }) =>
          userId === null || (await this.businesses.standing(businessId, userId, load)) !== null,
      ),
    );
    return isThere.every(Boolean) ? resources : resources.filter((_, i) => isThere[i]);
  }
}

const areSame = (a: Rules, b: Rules): boolean =>
  isSame({ ...a, resources: [...a.resources] }, { ...b, resources: [...b.resources] });

const businessRules = (
  { businessId, status, subscription, timeZone, settings }: KnownBusiness,
  isNew: boolean,
): BusinessRules => ({
  businessId,
  takesBookings: status === 'approved',
  takesNew: !isNew || !isSubscriptionOver(subscription, now()),
  timeZone,
  minNoticeMinutes: settings.minNoticeMinutes,
  bookingWindowDays: settings.bookingWindowDays,
  slotAlignment: settings.slotAlignment,
  autoConfirm: settings.autoConfirm,
});

const serviceRules = (
  { intervalMinutes, ...service }: KnownService,
  { settings }: KnownBusiness,
  policy: CancellationTerms | null,
): ServiceRules => ({
  serviceId: service.serviceId,
  name: service.name,
  isWithdrawn: service.status === 'removed',
  durationMinutes: service.durationMinutes,
  bufferBeforeMinutes: service.bufferBeforeMinutes,
  bufferAfterMinutes: service.bufferAfterMinutes,
  slotIntervalMinutes: intervalMinutes ?? settings.slotIntervalMinutes,
  price: service.price,
  pricing: service.pricing,
  capacity: service.capacity,
  shared: isShared(service),
  requirements: service.requirements.length > 0 ? service.requirements : [{ anyOf: [service.serviceId] }],
  overrides: service.overrides,
  terms: {
    freeUntilHours: policy?.freeUntilHours ?? 0,
    lateFee: policy?.lateFee ?? null,
    noShowFee: policy?.noShowFee ?? settings.noShowFee,
    pendingExpiryMinutes: settings.pendingExpiryMinutes,
    checkInFromMinutes: settings.checkInFromMinutes,
    noShowAfterMinutes: settings.noShowAfterMinutes,
    autoCompleteMinutes: settings.autoComplete,
    // Whoever could not pay it would wait in vain: it is asked for once a business can be paid online.
    depositRule: null,
    holdMinutes: settings.holdMinutes,
    reminderHours: settings.reminderHours,
  },
});

/** Where a booking is, as long as none of the resources that are named for it is elsewhere. */
function placeToStay({ resourceIds = [], kept }: Limits, resources: readonly ResourceRules[]): Uuid | undefined {
  const here = kept?.locationId ?? undefined;
  const isElsewhere = ({ resourceId, locationId }: ResourceRules): boolean =>
    locationId !== null && locationId !== here && resourceIds.includes(resourceId);
  return resources.some(isElsewhere) ? undefined : here;
}

/**
 * A service with locations is given there and nowhere else. Without them, and where no location is asked for, a booking
 * is where its resources are; what is at no location is booked at the business as such. Bookings of a service without
 * requirements are at all of its locations where nobody chose one: who is limited books it if none of them is beyond
 * those limits.
 */
function venuesOf(
  business: KnownBusiness,
  { locationIds, requirements }: KnownService,
  { locationId, atLocations = [] }: Limits,
  resources: readonly ResourceRules[],
): Venue[] {
  const limits = [locationIds, locationId === undefined ? [] : [locationId], atLocations].filter(
    ({ length }) => length > 0,
  );
  const isNamed = locationIds.length > 0 || locationId !== undefined;
  const isSure = locationId !== undefined || locationIds.length === 1;
  const isWithin =
    isSure ||
    (requirements.length === 0 && locationIds.length > 0 && locationIds.every((id) => atLocations.includes(id)));
  const byResources = !isNamed || (atLocations.length > 0 && !isWithin);
  const isUsed = (id: Uuid | null): boolean => !byResources || resources.some((one) => one.locationId === id);
  const venues: Venue[] = [];
  for (const { locationId: id, status } of Object.values(business.locations)) {
    if (status !== 'open' || !isUsed(id) || limits.some((ids) => !ids.includes(id))) continue;
    venues.push({ locationId: id, opening: openingOf(business, id), byResources });
  }
  if (limits.length === 0 && isUsed(null)) {
    venues.push({ locationId: null, opening: openingOf(business, null), byResources });
  }
  return venues;
}

/** When a location is open, or the business as such: the location's own hours and time zone go before. */
export function openingOf(business: KnownBusiness, locationId: Uuid | null): OpeningRules {
  const { timeZone, hours, holidays, locations } = business;
  const location = locationId === null ? undefined : locations[locationId];
  return {
    timeZone: location?.timeZone ?? timeZone,
    hours: (location?.hours ? openingSpans(location.hours) : hours) ?? {},
    holidays,
  };
}

const resourceRules = ({ resourceId, locationId, capacity, hours, exceptions }: KnownResource): ResourceRules => ({
  resourceId,
  locationId,
  capacity,
  hours,
  exceptions,
});

/** A service without requirements is its own resource: it has a calendar, and its capacity is that of a session. */
const itself = ({ serviceId }: KnownService): ResourceRules => ({
  resourceId: serviceId,
  locationId: null,
  capacity: 1,
  hours: null,
  exceptions: {},
});

/** Those that are at one of the places, or at none. */
function resourcesAt(venues: readonly Venue[], resources: readonly ResourceRules[]): Map<Uuid, ResourceRules> {
  const places = new Set<Uuid | null>([null, ...venues.map(({ locationId }) => locationId)]);
  const there = resources.filter(({ locationId }) => places.has(locationId));
  return new Map(there.map((resource) => [resource.resourceId, resource]));
}
