import { Injectable } from '@nestjs/common';
import { BusinessFacts, isKnownBusiness, type KnownBusiness, openingSpans } from '@yoyaku/business';
import { CatalogFacts, type KnownResource, type KnownService } from '@yoyaku/catalog';
import { type Load, recheckRefusal } from '@yoyaku/eventing';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import {
  type BusinessRules,
  eligible,
  type OpeningRules,
  type ResourceRules,
  type Rules,
  type ServiceRules,
} from '../domain/rules';

interface Limits {
  /** With these resources, where the service may be done with them; empty or absent: any. */
  readonly resourceIds?: readonly Uuid[];
  /** Only at these locations; empty or absent: anywhere. */
  readonly within?: readonly Uuid[] | undefined;
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
   * The rules for booking a service of that business, with these resources where it may be done with them, and nothing
   * that is at another location than these. Throws `business.not_found`, `service.not_found`.
   */
  async of(
    businessId: Uuid,
    serviceId: Uuid,
    { resourceIds = [], within = [] }: Limits = {},
    load?: Load,
  ): Promise<Rules> {
    const [business, service] = await Promise.all([
      this.businesses.business(businessId, load),
      this.catalog.service(serviceId, load),
    ]);
    if (!isKnownBusiness(business)) throw new DomainError('business.not_found', { path: 'businessId' });
    if (service.status !== 'active' || service.businessId !== businessId) {
      throw new DomainError('service.not_found', { path: 'serviceId' });
    }
    const ids = new Set(service.requirements.flatMap((requirement) => eligible(requirement, resourceIds)));
    const [policy, ...resources] = await Promise.all([
      this.catalog.policyOf(service),
      ...[...ids].map((id) => this.catalog.resource(id, load)),
    ]);
    const able = resources.filter(
      (resource): resource is KnownResource => resource.status === 'active' && resource.businessId === businessId,
    );
    return {
      business: businessRules(business),
      service: serviceRules(service, business, policy),
      resources: resourceRules(able, [service.locationIds, within], business),
    };
  }
}

const businessRules = ({ businessId, status, timeZone, settings }: KnownBusiness): BusinessRules => ({
  businessId,
  takesBookings: status === 'approved',
  timeZone,
  minNoticeMinutes: settings.minNoticeMinutes,
  bookingWindowDays: settings.bookingWindowDays,
  autoConfirm: settings.autoConfirm,
  pendingExpiryMinutes: settings.pendingExpiryMinutes,
});

const serviceRules = (
  { intervalMinutes, ...service }: KnownService,
  { settings }: KnownBusiness,
  policy: ServiceRules['terms'],
): ServiceRules => ({
  serviceId: service.serviceId,
  name: service.name,
  durationMinutes: service.durationMinutes,
  bufferBeforeMinutes: service.bufferBeforeMinutes,
  bufferAfterMinutes: service.bufferAfterMinutes,
  slotIntervalMinutes: intervalMinutes ?? settings.slotIntervalMinutes,
  price: service.price,
  capacity: service.capacity,
  requirements: service.requirements,
  overrides: service.overrides,
  terms: policy && {
    freeUntilHours: policy.freeUntilHours,
    lateFee: policy.lateFee,
    noShowFee: policy.noShowFee ?? settings.noShowFee,
  },
});

function resourceRules(
  resources: readonly KnownResource[],
  /** Lists of locations; each that is not empty has to name where a resource is. */
  limits: readonly (readonly Uuid[])[],
  business: KnownBusiness,
): Map<Uuid, ResourceRules> {
  const places = placesOf(business);
  const rules = resources.flatMap(({ resourceId, locationId, capacity, hours, exceptions }) => {
    const elsewhere = locationId && limits.some((ids) => ids.length > 0 && !ids.includes(locationId));
    const place = places.get(locationId);
    return place && !elsewhere ? [{ resourceId, locationId, place, capacity, hours, exceptions }] : [];
  });
  return new Map(rules.map((resource) => [resource.resourceId, resource]));
}

/** The opening of every open location, and (under null) of the business as such. */
function placesOf({ timeZone, hours, holidays, locations }: KnownBusiness): Map<Uuid | null, OpeningRules> {
  const house: OpeningRules = { timeZone, hours: hours ?? {}, holidays };
  const places = new Map<Uuid | null, OpeningRules>([[null, house]]);
  for (const location of Object.values(locations).filter(({ status }) => status === 'open')) {
    places.set(location.locationId, {
      timeZone: location.timeZone ?? timeZone,
      hours: location.hours ? openingSpans(location.hours) : house.hours,
      holidays,
    });
  }
  return places;
}
