import { type EventCatalog, type Fee, type Message, type Money, plain, type Uuid } from '@yoyaku/kernel';

/** The category of the streams. */
export const SERVICE = 'service';

/** One of these resources is needed. With several requirements, each needs a different resource. */
export interface Requirement {
  readonly anyOf: readonly Uuid[];
}

/** A resource's own price or duration for the service. */
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
  /** Whether strangers may join a session; `null`: as {@link isShared} says. */
  readonly shared: boolean | null;
  /** What the price is for: the whole booking, or each person. */
  readonly pricing: 'booking' | 'person';
  /** Minutes between possible starts; `null`: the business's slot interval. */
  readonly intervalMinutes: number | null;
  /** Empty: it needs nothing but open hours, and has a calendar of its own. */
  readonly requirements: readonly Requirement[];
  readonly overrides: readonly ResourceOverride[];
  /** Empty: all locations of the business. */
  readonly locationIds: readonly Uuid[];
  /** `null`: the business's default policy. */
  readonly policyId: Uuid | null;
  /** `null`: the business's own rule. */
  readonly depositRule: Fee | null;
}

/** Strangers join a session of more than one, unless the service says otherwise. */
export const isShared = ({ shared, capacity }: Pick<ServiceDetails, 'shared' | 'capacity'>): boolean =>
  shared ?? capacity > 1;

interface Service {
  readonly serviceId: Uuid;
  readonly businessId: Uuid;
}

export type ServiceEvent =
  | Message<'ServiceCreated', Service & ServiceDetails>
  | Message<'ServiceChanged', Service & ServiceDetails>
  | Message<'ServiceRemoved', Service>;

/** Services of version 1 had neither of the two. */
const detailed = {
  version: 2,
  upcasts: { 1: (data: Readonly<Record<string, unknown>>) => ({ ...data, shared: null, pricing: 'booking' }) },
} as const;

export const serviceEvents: EventCatalog<ServiceEvent> = {
  ServiceCreated: detailed,
  ServiceChanged: detailed,
  ServiceRemoved: plain,
};
