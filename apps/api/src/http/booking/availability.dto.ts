import type { Instant, LocalDate, Uuid } from '@yoyaku/kernel';
import { DateOnly, Id, Timestamp, TimeZone, Whole } from '../conventions';

const partySize = { optional: true, min: 1, max: 1000, default: 1 } as const;

export class AvailabilityQuery {
  @Id()
  businessId: Uuid;

  @Id()
  serviceId: Uuid;

  @DateOnly({ description: 'First local date' })
  from: LocalDate;

  @DateOnly({ description: 'Last local date; at most 62 days in all' })
  to: LocalDate;

  @Id({ optional: true, description: 'Only with this resource' })
  resourceId?: Uuid;

  @Id({ optional: true, description: 'At this location, in its hours' })
  locationId?: Uuid;

  @Whole(partySize)
  partySize?: number;

  @TimeZone({
    optional: true,
    description: 'Whose dates these are; when absent those of the location asked for, else the business’s',
  })
  timezone?: string;
}

export class FreeResourcesQuery {
  @Id()
  serviceId: Uuid;

  @Timestamp()
  start: Instant;

  @Whole(partySize)
  partySize?: number;
}

export class ExplainQuery extends FreeResourcesQuery {
  @Id({ optional: true, description: 'With this resource; when absent, with any that would do' })
  resourceId?: Uuid;

  @Timestamp({ optional: true, description: 'As it was at this past moment' })
  at?: Instant;
}
