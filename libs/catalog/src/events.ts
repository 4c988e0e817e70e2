export type { ExceptionPlaceEvent } from './domain/exception-place';
export type { DefaultPolicyEvent, PolicyDetails, PolicyEvent } from './domain/policy.events';
export type {
  ResourceDetails,
  ResourceEvent,
  ResourceException,
  ResourceKind,
  WorkingHours,
} from './domain/resource.events';
export type { Requirement, ResourceOverride, ServiceDetails, ServiceEvent } from './domain/service.events';
