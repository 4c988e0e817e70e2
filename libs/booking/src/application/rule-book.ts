import { Injectable } from '@nestjs/common';
import { BusinessFacts, isKnownBusiness, type KnownBusiness, openingSpans } from '@yoyaku/business';
import { CatalogFacts, isShared, type KnownResource, type KnownService } from '@yoyaku/catalog';
import { type Reading, recheckRefusal } from '@yoyaku/eventing';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
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
  /** Where some of those can no longer be booked, any others in their place. */
  readonly orOthers?: boolean | undefined;
  /** At this location. */
  readonly locationId?: Uuid | undefined;
  /** Only at these locations, by the resources of them; empty or absent: anywhere. */
  readonly atLocations?: readonly Uuid[] | undefined;
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
   * a slot that is taken no rule can give back.
   */
  async apply<T>(asked: Asked, use: (rules: Rules) => Promise<T>): Promise<T> {
    const { businessId, serviceId } = asked;
    try {
      return await use(await this.of(businessId, serviceId, asked));
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'booking.slot_taken') throw error;
      return use(await this.of(businessId, serviceId, asked, 'requireLoad'));
    }
  }

  /**
   * The rules for booking a service of that business within these limits. Throws `business.not_found`,
   * `service.not_found`, and `location.unknown` for one that is asked for and is not there, or closed.
   */
  async of(businessId: Uuid, serviceId: Uuid, limits: Limits = {}, load?: Reading): Promise<Rules> {
    const [business, service] = await Promise.all([
      this.businesses.business(businessId, load),
      this.catalog.service(serviceId, load),
    ]);
    if (!isKnownBusiness(business)) throw new DomainError('business.not_found', { path: 'businessId' });
    if (service.status !== 'active' || service.businessId !== businessId) {
      throw new DomainError('service.not_found', { path: 'serviceId' });
    }
    const { resourceIds = [], orOthers = false, locationId } = limits;
    const isOpen = locationId === undefined || business.locations[locationId]?.status === 'open';
    ensure(isOpen, 'location.unknown', { path: 'locationId' });
    const ids = new Set(service.requirements.flatMap((requirement) => eligible(requirement, resourceIds)));
    const [policy, ...named] = await Promise.all([
      this.catalog.policyOf(service),
      ...[...ids].map((id) => this.catalog.resource(id, load)),
    ]);
    const able = await this.atWork(
      named.filter(
        (resource): resource is KnownResource => resource.status === 'active' && resource.businessId === businessId,
      ),
      load,
    );
    const resources = service.requirements.length > 0 ? able.map(resourceRules) : [itself(service)];
    const venues = venuesOf(business, service, limits, resources);
    const usable = resourcesAt(venues, resources);
    if (orOthers && !resourceIds.every((id) => usable.has(id))) {
      const left = resourceIds.filter((id) => usable.has(id));
      return this.of(businessId, serviceId, { ...limits, resourceIds: left, orOthers: false }, load);
    }
    return {
      business: businessRules(business),
      service: serviceRules(service, business, policy),
      venues,
      resources: usable,
    };
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

const businessRules = ({ businessId, status, timeZone, settings }: KnownBusiness): BusinessRules => ({
  businessId,
  takesBookings: status === 'approved',
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
  },
});

/**
 * A service with locations is given there and nowhere else. Without them, and where no location is asked for, a booking
 * is where its resources are; what is at no location is booked at the business as such. Bookings of a service without
 * requirements are at all of its locations: who is limited books it if none of them is beyond those limits.
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
  const isWithin =
    requirements.length === 0 && locationIds.length > 0 && locationIds.every((id) => atLocations.includes(id));
  const byResources = !isNamed || (atLocations.length > 0 && !isWithin);
  const isUsed = (id: Uuid | null): boolean => !byResources || resources.some((one) => one.locationId === id);
  const house: OpeningRules = {
    timeZone: business.timeZone,
    hours: business.hours ?? {},
    holidays: business.holidays,
  };
  const venues: Venue[] = [];
  for (const { locationId: id, status, timeZone, hours } of Object.values(business.locations)) {
    if (status !== 'open' || !isUsed(id) || limits.some((ids) => !ids.includes(id))) continue;
    const opening = {
      timeZone: timeZone ?? house.timeZone,
      hours: hours ? openingSpans(hours) : house.hours,
      holidays: house.holidays,
    };
    venues.push({ locationId: id, opening, byResources });
  }
  if (limits.length === 0 && isUsed(null)) venues.push({ locationId: null, opening: house, byResources });
  return venues;
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
