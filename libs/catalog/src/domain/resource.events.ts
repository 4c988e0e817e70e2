import {
  type DaySpan,
  type EventCatalog,
  type LocalDate,
  type Message,
  nearestDate,
  plain,
  type Uuid,
  type Weekday,
} from '@yoyaku/kernel';

/** The category of the streams. */
export const RESOURCE = 'resource';

export const RESOURCE_KINDS = ['staff', 'room', 'equipment', 'table'] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

export interface ResourceDetails {
  /** For staff a person's name. It is `null` after erasure. */
  readonly name: string | null;
  readonly description: string | null;
  readonly capacity: number;
  /** `null`: at no location of its own; it can be used at each. */
  readonly locationId: Uuid | null;
  /** The user who is this member of staff. */
  readonly userId: Uuid | null;
}

/** A weekly working time; `24:00` ends at midnight, and a night ends on the next day. A day may have several. */
export interface WorkingHours extends DaySpan {
  readonly day: Weekday;
}

/** A date that differs from its weekday: a day off, or a day with other hours. */
export interface ResourceException {
  readonly exceptionId: Uuid;
  readonly date: LocalDate;
  readonly kind: 'off' | 'hours';
  /** Empty when off. */
  readonly hours: readonly DaySpan[];
}

interface Resource {
  readonly resourceId: Uuid;
  readonly businessId: Uuid;
}

export type ResourceEvent =
  | Message<'ResourceCreated', Resource & ResourceDetails & { kind: ResourceKind }>
  | Message<'ResourceChanged', Resource & ResourceDetails>
  | Message<'ResourceRemoved', Resource>
  | Message<'ResourceHoursSet', Resource & { hours: readonly WorkingHours[] }>
  | Message<'ResourceExceptionAdded', Resource & ResourceException>
  | Message<'ResourceExceptionChanged', Resource & ResourceException>
  | Message<'ResourceExceptionRemoved', Resource & { exceptionId: Uuid; date: LocalDate }>;

const named = { version: 1, pii: { of: 'resource', subject: 'resourceId', fields: ['name', 'description'] } } as const;

/** Version 1 did not check that the date is in the range of dates. */
const dated = {
  version: 2,
  upcasts: {
    1: ({ date, ...data }: Readonly<Record<string, unknown>>) => ({ ...data, date: nearestDate(date as string) }),
  },
} as const;

export const resourceEvents: EventCatalog<ResourceEvent> = {
  ResourceCreated: named,
  ResourceChanged: named,
  ResourceRemoved: plain,
  ResourceHoursSet: plain,
  ResourceExceptionAdded: dated,
  ResourceExceptionChanged: dated,
  ResourceExceptionRemoved: dated,
};
