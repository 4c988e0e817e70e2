export type { ExceptionPlaceEvent } from './domain/exception-place';
export { type DefaultPolicyEvent, POLICY, type PolicyDetails, type PolicyEvent } from './domain/policy.events';
export {
  RESOURCE,
  type ResourceDetails,
  type ResourceEvent,
  type ResourceException,
  type ResourceKind,
  type WorkingHours,
} from './domain/resource.events';
export {
  isShared,
  type Requirement,
  type ResourceOverride,
  SERVICE,
  type ServiceDetails,
  type ServiceEvent,
} from './domain/service.events';
