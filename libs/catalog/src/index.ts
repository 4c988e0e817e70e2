import { ExceptionPlace } from './domain/exception-place';
import { DefaultPolicy, Policy } from './domain/policy.decider';
import { Resource } from './domain/resource.decider';
import { Service } from './domain/service.decider';

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

/** Every aggregate of this context. */
export const aggregates = [Service, Resource, ExceptionPlace, Policy, DefaultPolicy];
