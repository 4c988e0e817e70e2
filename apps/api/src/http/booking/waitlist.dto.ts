import { PickType } from '@nestjs/swagger';
import { WAITLIST_STATUSES } from '@yoyaku/booking';
import type { LocalDate, Uuid } from '@yoyaku/kernel';
import { DateOnly, Flag, Id, ListQuery, OneOf, Sort } from '../conventions';
import { BookBody } from './bookings.dto';

export class JoinWaitlistBody extends PickType(BookBody, [
  'resourceIds',
  'locationId',
  'partySize',
  'customerId',
] as const) {
  @Id()
  businessId: Uuid;

  @Id()
  serviceId: Uuid;

  @DateOnly({ description: 'The first date that would do, at the place' })
  from: LocalDate;

  @DateOnly({ description: 'The last one, included' })
  to: LocalDate;
}

export class WaitlistQuery extends ListQuery {
  @Id({ optional: true, description: 'All of this business’s, to its people; one’s own there, to others' })
  businessId?: Uuid;

  @Id({ optional: true })
  serviceId?: Uuid;

  @Id({ optional: true })
  customerId?: Uuid;

  @OneOf(WAITLIST_STATUSES, { optional: true })
  status?: string;

  @Flag({ optional: true, description: 'Only one’s own' })
  mine?: boolean;

  @Sort('createdAt')
  sort?: string;
}
