import { type EventCatalog, type Fee, type Message, type Money, plain, type Uuid } from '@yoyaku/kernel';

/** One of these resources is needed; a service with several requirements needs one for each, all different. */
export interface Requirement {
  readonly anyOf: readonly Uuid[];
}

/** Where a resource takes longer, or asks for more, than the service says. */
export interface ResourceOverride {
  readonly resourceId: Uuid;
  readonly price: Money | null;
  readonly durationMinutes: number | null;
}

export interface ServiceDetails {
  readonly name: string;
  readonly description: string | null;
  readonly category: string | null;
  readonly durationMinutes: number;
  readonly price: Money;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  /** How many people one session takes; 1 unless it is a class. */
  readonly capacity: number;
  /** Minutes between possible starts; `null`: the business's slot interval. */
  readonly intervalMinutes: number | null;
  readonly requirements: readonly Requirement[];
  readonly overrides: readonly ResourceOverride[];
  /** Empty: all locations of the business. */
  readonly locationIds: readonly Uuid[];
  /** `null`: the business's default policy. */
  readonly policyId: Uuid | null;
  /** `null`: as the business. */
  readonly depositRule: Fee | null;
}

interface Service {
  readonly serviceId: Uuid;
  readonly businessId: Uuid;
}

export type ServiceEvent =
  | Message<'ServiceCreated', Service & ServiceDetails>
  | Message<'ServiceChanged', Service & ServiceDetails>
  | Message<'ServiceRemoved', Service>;

export const serviceEvents: EventCatalog<ServiceEvent> = {
  ServiceCreated: plain,
  ServiceChanged: plain,
  ServiceRemoved: plain,
};
