import { PickType } from '@nestjs/swagger';
import { SERIES_MODES, SERIES_SCOPES, type SeriesMode, type SeriesScope } from '@yoyaku/booking';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { Id, OneOf, Text, Timestamp } from '../conventions';
import { BookBody } from './bookings.dto';

export class BookSeriesBody extends PickType(BookBody, [
  'start',
  'resourceIds',
  'locationId',
  'partySize',
  'customerId',
  'another',
] as const) {
  @Id()
  businessId: Uuid;

  @Id()
  serviceId: Uuid;

  @Text({
    max: 500,
    example: 'FREQ=WEEKLY;COUNT=52',
    description: 'RFC 5545, in the wall time of the place: by the day or more rarely, with `COUNT` or `UNTIL`',
  })
  rrule: string;

  @OneOf(SERIES_MODES, { description: 'Whether all times must be free, or those that are will do' })
  mode: SeriesMode;
}

export class CancelSeriesQuery {
  @OneOf(SERIES_SCOPES, {
    optional: true,
    default: 'all',
    description: 'The one at `start`, that and all later ones, or all',
  })
  scope?: SeriesScope;

  @Timestamp({ optional: true, description: 'When a booking of the series starts; required, unless all are meant' })
  start?: Instant;
}
