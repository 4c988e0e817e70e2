import { Injectable } from '@nestjs/common';
import { AggregateStore } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { DefaultPolicy, type KnownPolicy, Policy, type PolicyState } from '../domain/policy.decider';
import { Resource, type ResourceState } from '../domain/resource.decider';
import { type KnownService, Service, type ServiceState } from '../domain/service.decider';

/** What other contexts may know of services, resources and policies. */
@Injectable()
export class CatalogFacts {
  constructor(private readonly aggregates: AggregateStore) {}

  async service(id: Uuid): Promise<ServiceState> {
    return (await this.aggregates.load(Service, id)).state;
  }

  async resource(id: Uuid): Promise<ResourceState> {
    return (await this.aggregates.load(Resource, id)).state;
  }

  async policy(id: Uuid): Promise<PolicyState> {
    return (await this.aggregates.load(Policy, id)).state;
  }

  /** The policy that bookings of the service are under: its own, else the business's default, else none. */
  async policyOf({ policyId, businessId }: Pick<KnownService, 'policyId' | 'businessId'>): Promise<KnownPolicy | null> {
    const own = policyId && (await this.policy(policyId));
    if (own && own.status === 'active') return own;
    const { policyId: chosen } = (await this.aggregates.load(DefaultPolicy, businessId)).state;
    const fallback = chosen && (await this.policy(chosen));
    return fallback && fallback.status === 'active' ? fallback : null;
  }
}
