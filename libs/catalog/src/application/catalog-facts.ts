import { Injectable } from '@nestjs/common';
import { AggregateStore, type Load } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { DefaultPolicy, type KnownPolicy, Policy, type PolicyState } from '../domain/policy.decider';
import { Resource, type ResourceState } from '../domain/resource.decider';
import { type KnownService, Service, type ServiceState } from '../domain/service.decider';

/** What other contexts may know of services, resources and policies. */
@Injectable()
export class CatalogFacts {
  constructor(private readonly aggregates: AggregateStore) {}

  async service(id: Uuid, load?: Load): Promise<ServiceState> {
    return (await this.aggregates.load(Service, id, load)).state;
  }

  async resource(id: Uuid, load?: Load): Promise<ResourceState> {
    return (await this.aggregates.load(Resource, id, load)).state;
  }

  async policy(id: Uuid, load?: Load): Promise<PolicyState> {
    return (await this.aggregates.load(Policy, id, load)).state;
  }

  /** The policy that bookings of the service are under: its own, else the business's default, else none. */
  async policyOf({ policyId, businessId }: Pick<KnownService, 'policyId' | 'businessId'>): Promise<KnownPolicy | null> {
    const own = await this.activePolicy(policyId, businessId);
    if (own) return own;
    const { policyId: chosen } = (await this.aggregates.load(DefaultPolicy, businessId)).state;
    return this.activePolicy(chosen, businessId);
  }

  private async activePolicy(id: Uuid | null, businessId: Uuid): Promise<KnownPolicy | null> {
    const policy = id && (await this.policy(id));
    return policy && policy.status === 'active' && policy.businessId === businessId ? policy : null;
  }
}
