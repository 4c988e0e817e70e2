import type { BookingStatus, Party } from '@yoyaku/booking';
import { OUTCOMES, type Outcome, type StartRule } from '@yoyaku/booking/events';
import type { Instant, Money, Uuid } from '@yoyaku/kernel';
import {
  Expand,
  Flag,
  Id,
  Ids,
  ListQuery,
  MoneyField,
  OneOf,
  SomeOf,
  Sort,
  Text,
  Timestamp,
  Whole,
} from '../conventions';

export const STATUSES = [
  'pending',
  'confirmed',
  'checked_in',
  'completed',
  'cancelled',
  'declined',
  'no_show',
  'expired',
] as const satisfies readonly BookingStatus[];

/** What is shown with bookings on demand, and the projection that is read for it. */
export const EXPANDS = {
  service: 'services',
  resources: 'resources',
  customer: 'customers',
  business: 'businesses',
} as const;
export type Expandable = keyof typeof EXPANDS;

const START_RULES = ['notice', 'window', 'grid', 'hours'] as const satisfies readonly StartRule[];

/** A booking with a business, or (title, start and end alone) a private appointment on one's own calendar. */
export class BookBody {
  @Id({ optional: true, description: 'Required, unless it is a private appointment' })
  businessId?: Uuid;

  @Id({ optional: true, description: 'Required, unless it is a private appointment' })
  serviceId?: Uuid;

  @Timestamp()
  start: Instant;

  @Ids({ optional: true, max: 100, description: 'One of these, for each requirement that names one; any when absent' })
  resourceIds?: Uuid[];

  @Id({ optional: true, description: 'At this location; where the service and the resources are when absent' })
  locationId?: Uuid;

  @Whole({ optional: true, min: 1, max: 1000, default: 1 })
  partySize?: number;

  @MoneyField({ optional: true, description: 'As it was offered; `booking.offer_changed` where it is so no more' })
  price?: Money;

  @Whole({ optional: true, min: 1, max: 43_200, description: 'As it was offered; `booking.offer_changed` else' })
  durationMinutes?: number;

  @Id({ optional: true, description: 'For whom the business’s people book; oneself when absent' })
  customerId?: Uuid;

  @Text({ optional: true, multiline: true, max: 2000 })
  note?: string;

  @SomeOf(START_RULES, {
    optional: true,
    description: 'Rules for its start that the business’s people set aside; `notice`: it may have begun up to 24 h ago',
  })
  override?: StartRule[];

  @Flag({
    optional: true,
    description:
      'A further booking of the same; without it and an `Idempotency-Key`, two clicks within a minute are one booking',
  })
  another?: boolean;

  @Text({ optional: true, max: 200, description: 'Of a private appointment' })
  title?: string;

  @Timestamp({ optional: true, description: 'Of a private appointment; a booking lasts as long as its service' })
  end?: Instant;
}

/** Only the given fields change: the note of a booking, or title and times of a private appointment. */
export class ChangeBookingBody {
  @Text({ optional: true, nullable: true, multiline: true, max: 2000 })
  note?: string | null;

  @Text({ optional: true, max: 200 })
  title?: string;

  @Timestamp({ optional: true })
  start?: Instant;

  @Timestamp({ optional: true })
  end?: Instant;
}

export class RescheduleBody {
  @Timestamp()
  start: Instant;

  @Ids({ optional: true, max: 100, description: 'Others than before; the same when absent' })
  resourceIds?: Uuid[];

  @Id({ optional: true, description: 'At this location; where it is, or where those resources are, when absent' })
  locationId?: Uuid;

  @Flag({ optional: true, description: 'The business’s people leave the price as it was; otherwise it is made anew' })
  keepPrice?: boolean;
}

export class AssignBody {
  @Ids({
    min: 1,
    max: 100,
    description: 'Who or what performs it instead; requirements that none of them meets stay met',
  })
  resourceIds: Uuid[];

  @Id({ optional: true, description: 'At this location; where it is, or where those resources are, when absent' })
  locationId?: Uuid;

  @Flag({ optional: true, description: 'Leave the price as it was; otherwise it is made anew' })
  keepPrice?: boolean;
}

export class CheckInBody {
  @Text({
    optional: true,
    max: 20,
    description: 'The `checkInCode` of the booking; its customer must give it, and nobody a wrong one',
  })
  code?: string;
}

export class ReasonBody {
  @Text({ optional: true, multiline: true, max: 500 })
  reason?: string;
}

export class CorrectBody {
  @OneOf(OUTCOMES)
  outcome: Outcome;

  @Text({ multiline: true, max: 500, description: 'Its customer reads it in the history of the booking' })
  reason: string;
}

export class CancelBody extends ReasonBody {
  @Flag({ optional: true, description: 'The business’s people cancel for the customer, for whom it costs the same' })
  onBehalfOfCustomer?: boolean;
}

export class BookingsQuery extends ListQuery {
  @Id({ optional: true, description: 'All of this business’s, to its people; one’s own there, to others' })
  businessId?: Uuid;

  @OneOf(STATUSES, { optional: true })
  status?: string;

  @Timestamp({ optional: true, description: 'Ends after this moment' })
  from?: Instant;

  @Timestamp({ optional: true, description: 'Starts before this moment' })
  to?: Instant;

  @Id({ optional: true })
  locationId?: Uuid;

  @Id({ optional: true })
  resourceId?: Uuid;

  @Id({ optional: true })
  serviceId?: Uuid;

  @Id({ optional: true })
  customerId?: Uuid;

  @Flag({ optional: true, description: 'That need the attention of the business’s people, who alone may ask for them' })
  attention?: boolean;

  @Flag({ optional: true, description: 'Only one’s own' })
  mine?: boolean;

  @Sort('-startsAt', 'createdAt')
  sort?: string;

  @Expand(Object.keys(EXPANDS))
  expand?: Expandable[];
}

const PARTIES = ['customer', 'business'] as const satisfies readonly Party[];

export class FeeQuery {
  @Timestamp({ optional: true, description: 'Cancelled then; now when absent' })
  at?: Instant;

  @OneOf(PARTIES, { optional: true, description: 'Cancelled by whom; by its customer when absent' })
  by?: Party;
}

export class BookingQuery {
  @Expand(Object.keys(EXPANDS))
  expand?: Expandable[];
}
