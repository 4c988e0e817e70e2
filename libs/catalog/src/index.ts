import type { Aggregate } from '@yoyaku/kernel';
import { ExceptionPlace } from './domain/exception-place';
import * as policy from './domain/policy.decider';
import type { PolicyEvent } from './domain/policy.events';
import * as resource from './domain/resource.decider';
import type { ResourceEvent } from './domain/resource.events';
import * as service from './domain/service.decider';
import type { ServiceEvent } from './domain/service.events';

export * from './application/catalog-facts';
export { AddException, ChangeException, RemoveException } from './application/exceptions';
export { ChangePolicy, CreatePolicy, RemovePolicy } from './application/policies';
export { ChangeResource, CreateResource } from './application/resources';
export { ChangeService, CreateService } from './application/services';
export * from './catalog.module';
export * from './domain/exception-place';
export * from './domain/policy.decider';
export * from './domain/resource.decider';
export { RESOURCE_KINDS } from './domain/resource.events';
export * from './domain/service.decider';
export { isShared } from './domain/service.events';

/** Others send these commands of theirs alone. The steps in `application/` are known in this context only. */
export const Service: Aggregate<service.ServiceState, service.ServiceCommand, ServiceEvent, service.KnownService> =
  service.Service;
export const Resource: Aggregate<
  resource.ResourceState,
  resource.ResourceCommand,
  ResourceEvent,
  resource.KnownResource
> = resource.Resource;
export const Policy: Aggregate<policy.PolicyState, never, PolicyEvent, policy.KnownPolicy> = policy.Policy;

/** Every aggregate of this context. */
export const aggregates = [Service, Resource, ExceptionPlace, Policy, policy.DefaultPolicy];
