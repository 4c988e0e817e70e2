import { OmitType } from '@nestjs/swagger';
import type { Uuid } from '@yoyaku/kernel';
import { AvailabilityQuery } from '../booking/availability.dto';
import { BookBody } from '../booking/bookings.dto';
import { ResourcesQuery } from '../catalog/resource.dto';
import { Id, Text } from '../conventions';

export class StaffOfBusinessQuery extends OmitType(ResourcesQuery, ['businessId', 'kind']) {}

/** Who has booked nothing yet moves nothing. */
export class SlotsOfBusinessQuery extends OmitType(AvailabilityQuery, ['businessId', 'bookingId']) {}

export class BookAsGuestBody extends OmitType(BookBody, ['serviceId', 'customerId', 'override', 'title', 'end']) {
  @Id()
  serviceId: Uuid;

  @Text({ optional: true, max: 100, example: 'Hanako Yamada', description: 'Required of who has not said it before' })
  name?: string;
}
