import type { Instant, LocalDate, Uuid } from '@yoyaku/kernel';
import { DateOnly, Id, Timestamp, TimeZone, Whole } from '../conventions';

const partySize = { optional: true, min: 1, max: 1000, default: 1 } as const;

const moved = { optional: true, description: 'The booking that is to be moved: its own time is free to it' } as const;

class SearchQuery {
  @Id()
  businessId: Uuid;

  @Id()
  serviceId: Uuid;

  @DateOnly({ description: 'First local date' })
  from: LocalDate;

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

  @Id(moved)
  bookingId?: Uuid;
}

export class AvailabilityQuery extends SearchQuery {
  @DateOnly({ description: 'Last local date; at most 62 days in all' })
  to: LocalDate;
}

export class FreeDaysQuery extends SearchQuery {
  @DateOnly({ description: 'Last local date; at most 366 days in all' })
  to: LocalDate;
}

class StartQuery {
  @Id()
  serviceId: Uuid;

  @Timestamp()
  start: Instant;

  @Whole(partySize)
  partySize?: number;
}

export class FreeResourcesQuery extends StartQuery {
  @Id(moved)
  bookingId?: Uuid;
}

export class ExplainQuery extends StartQuery {
  @Id({ optional: true, description: 'With this resource; when absent, with any that would do' })
  resourceId?: Uuid;

  @Timestamp({ optional: true, description: 'As it was at this past moment' })
  at?: Instant;
}
