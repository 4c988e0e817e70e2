import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BusinessFacts, ensureOpenLocations } from '@yoyaku/business';
import { type CommandContext, Commands, type Load, type Versioned } from '@yoyaku/eventing';
import { ensure, type Uuid } from '@yoyaku/kernel';
import { type KnownService, Service, type ServiceState } from '../domain/service.decider';
import type { ServiceDetails } from '../domain/service.events';
import { CatalogFacts } from './catalog-facts';

type VersionedService = Versioned<ServiceState, KnownService>;

/**
 * Offers a service whose resources, locations and policy are those of its own business. Throws
 * `service.unknown_resource`, `service.unknown_policy`, `location.unknown`, `money.currency_mismatch`,
 * `business.closed`, and what the decider throws.
 */
export class CreateService extends Command<VersionedService> {
  constructor(
    readonly service: ServiceDetails & { serviceId: Uuid; businessId: Uuid },
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** What is given changes, the rest stays. Throws as {@link CreateService}, and `service.not_found`. */
export class ChangeService extends Command<VersionedService> {
  constructor(
    readonly serviceId: Uuid,
    readonly change: Partial<ServiceDetails>,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** Whether what a service names is its business's own. What it named before may have gone since. */
@Injectable()
export class ServiceRules {
  constructor(
    private readonly facts: CatalogFacts,
    private readonly businesses: BusinessFacts,
  ) {}

  async ensureOwn(
    businessId: Uuid,
    { price, locationIds = [], requirements = [], policyId = null }: Partial<ServiceDetails>,
    load: Load,
    before?: ServiceDetails,
  ): Promise<void> {
    const business = await this.businesses.open(businessId, load);
    const { currency } = business;
    ensure(!price || price.currency === currency, 'money.currency_mismatch', {
      path: 'price.currency',
      a: price?.currency,
      b: currency,
    });
    const isNew = (id: Uuid): boolean =>
      !before?.locationIds.includes(id) && !before?.requirements.some(({ anyOf }) => anyOf.includes(id));
    ensureOpenLocations(business, locationIds, 'locationIds', isNew);
    const named = requirements
      .flatMap(({ anyOf }, i) => anyOf.map((id, j) => ({ id, path: `requirements[${i}].anyOf[${j}]` })))
      .filter(({ id }) => isNew(id));
    await Promise.all(
      named.map(async ({ id, path }) => {
        const resource = await this.facts.resource(id, load);
        const own = resource.status === 'active' && resource.businessId === businessId;
        ensure(own, 'service.unknown_resource', { path });
      }),
    );
    if (policyId === null || policyId === before?.policyId) return;
    const policy = await this.facts.policy(policyId, load);
    const own = policy.status === 'active' && policy.businessId === businessId;
    ensure(own, 'service.unknown_policy', { path: 'policyId' });
  }
}

@CommandHandler(CreateService)
export class CreateServiceHandler implements ICommandHandler<CreateService> {
  constructor(
    private readonly commands: Commands,
    private readonly rules: ServiceRules,
  ) {}

  async execute({ service, context }: CreateService): Promise<VersionedService> {
    const { serviceId, businessId } = service;
    await this.commands.check(Service, serviceId, context, (load) => this.rules.ensureOwn(businessId, service, load));
    const command = { type: 'CreateService', data: service } as const;
    return this.commands.execute(Service, serviceId, command, context, 'assumeEmpty');
  }
}

@CommandHandler(ChangeService)
export class ChangeServiceHandler implements ICommandHandler<ChangeService> {
  constructor(
    private readonly commands: Commands,
    private readonly facts: CatalogFacts,
    private readonly rules: ServiceRules,
  ) {}

  async execute({ serviceId, change, context }: ChangeService): Promise<VersionedService> {
    await this.commands.check(Service, serviceId, context, async (load) => {
      const service = await this.facts.activeService(serviceId, load);
      await this.rules.ensureOwn(service.businessId, change, load, service);
    });
    return this.commands.execute(Service, serviceId, { type: 'ChangeService', data: change }, context);
  }
}
