import { Injectable } from '@nestjs/common';
import { BusinessFacts, ensureOpenLocations } from '@yoyaku/business';
import { type CommandContext, Commands, type Load, recheckRefusal, type Versioned } from '@yoyaku/eventing';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import { type KnownService, Service, type ServiceState } from '../domain/service.decider';
import type { ServiceDetails } from '../domain/service.events';
import { CatalogFacts } from './catalog-facts';

/** Services whose resources, locations and policy are those of their own business. */
@Injectable()
export class Services {
  constructor(
    private readonly commands: Commands,
    private readonly facts: CatalogFacts,
    private readonly businesses: BusinessFacts,
  ) {}

  /**
   * Throws `service.unknown_resource`, `service.unknown_policy`, `location.unknown`, `money.currency_mismatch`,
   * `business.closed`, and what the decider throws.
   */
  async create(
    service: ServiceDetails & { serviceId: Uuid; businessId: Uuid },
    context: CommandContext,
  ): Promise<Versioned<ServiceState, KnownService>> {
    const { serviceId, businessId } = service;
    await recheckRefusal((load) => this.ensureOwn(businessId, service, load));
    const outcome = await this.commands.execute(
      Service,
      serviceId,
      { type: 'CreateService', data: service },
      context,
      'assumeEmpty',
    );
    return outcome;
  }

  /** What is given changes, the rest stays. Throws as {@link create}, and `service.not_found`. */
  async change(
    serviceId: Uuid,
    change: Partial<ServiceDetails>,
    context: CommandContext,
  ): Promise<Versioned<ServiceState, KnownService>> {
    await recheckRefusal(async (load) => {
      const service = await this.facts.service(serviceId, load);
      if (service.status !== 'active') throw new DomainError('service.not_found');
      await this.ensureOwn(service.businessId, change, load);
    });
    const outcome = await this.commands.execute(Service, serviceId, { type: 'ChangeService', data: change }, context);
    return outcome;
  }

  private async ensureOwn(
    businessId: Uuid,
    { price, locationIds = [], requirements = [], policyId = null }: Partial<ServiceDetails>,
    load: Load,
  ): Promise<void> {
    const business = await this.businesses.open(businessId, load);
    const { currency } = business;
    ensure(!price || price.currency === currency, 'money.currency_mismatch', {
      path: 'price.currency',
      a: price?.currency,
      b: currency,
    });
    ensureOpenLocations(business, locationIds, 'locationIds');
    const named = requirements.flatMap(({ anyOf }, i) =>
      anyOf.map((id, j) => ({ id, path: `requirements[${i}].anyOf[${j}]` })),
    );
    await Promise.all(
      named.map(async ({ id, path }) => {
        const resource = await this.facts.resource(id, load);
        const own = resource.status === 'active' && resource.businessId === businessId;
        ensure(own, 'service.unknown_resource', { path });
      }),
    );
    if (policyId === null) return;
    const policy = await this.facts.policy(policyId, load);
    const own = policy.status === 'active' && policy.businessId === businessId;
    ensure(own, 'service.unknown_policy', { path: 'policyId' });
  }
}
