import { Injectable } from '@nestjs/common';
import { AggregateStore, type Reading } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { DefaultPolicy, type KnownPolicy, Policy, type PolicyState } from '../domain/policy.decider';
import { type KnownResource, Resource, type ResourceState } from '../domain/resource.decider';
import { type KnownService, Service, type ServiceState } from '../domain/service.decider';

/** What other contexts may know of services, resources and policies. */
@Injectable()
export class CatalogFacts {
  constructor(private readonly aggregates: AggregateStore) {}

  async service(id: Uuid, load?: Reading): Promise<ServiceState> {
    return (await this.aggregates.load(Service, id, load)).state;
  }

  async resource(id: Uuid, load?: Reading): Promise<ResourceState> {
    return (await this.aggregates.load(Resource, id, load)).state;
  }

  async policy(id: Uuid, load?: Reading): Promise<PolicyState> {
    return (await this.aggregates.load(Policy, id, load)).state;
  }

  /** Throws `service.not_found`, also for one that was removed. */
  async activeService(id: Uuid, load?: Reading): Promise<KnownService> {
    const service = await this.service(id, load);
    if (service.status !== 'active') throw new DomainError('service.not_found');
    return service;
  }

  /** Throws `resource.not_found`, also for one that was removed. */
  async activeResource(id: Uuid, load?: Reading): Promise<KnownResource> {
    const resource = await this.resource(id, load);
    if (resource.status !== 'active') throw new DomainError('resource.not_found');
    return resource;
  }

  /** Throws `policy.not_found`, also for one that was removed. */
  async activePolicy(id: Uuid, load?: Reading): Promise<KnownPolicy> {
    const policy = await this.policy(id, load);
    if (policy.status !== 'active') throw new DomainError('policy.not_found');
    return policy;
  }

  /** The policy that holds in the business where a service names none. */
  async defaultPolicyOf(businessId: Uuid): Promise<Uuid | null> {
    return (await this.aggregates.load(DefaultPolicy, businessId)).state.policyId;
  }

  /** The policy that bookings of the service are under: its own, else the business's default, else none. */
  async policyOf({ policyId, businessId }: Pick<KnownService, 'policyId' | 'businessId'>): Promise<KnownPolicy | null> {
    const own = await this.policyIn(businessId, policyId);
    return own ?? this.policyIn(businessId, await this.defaultPolicyOf(businessId));
  }

  private async policyIn(businessId: Uuid, id: Uuid | null): Promise<KnownPolicy | null> {
    const policy = id && (await this.policy(id));
    return policy && policy.status === 'active' && policy.businessId === businessId ? policy : null;
  }
}
