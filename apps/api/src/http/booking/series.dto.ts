import { PickType } from '@nestjs/swagger';
import { SERIES_MODES, SERIES_SCOPES, type SeriesMode, type SeriesScope } from '@yoyaku/booking';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { Flag, Id, OneOf, Text, Timestamp } from '../conventions';
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

export class MoveSeriesBody {
  @Timestamp({ description: 'When the booking `from` is to start; the others are moved as far, in the wall time' })
  start: Instant;

  @Id({
    optional: true,
    description:
      'A booking of the series; the first that can be moved when absent: with mode `available`, of those that its customer is not too late to move',
  })
  from?: Uuid;

  @OneOf(SERIES_SCOPES, {
    optional: true,
    description: 'The booking `from`, that and all later ones, or all; `following` with `from`, otherwise `all`',
  })
  scope?: SeriesScope;

  @OneOf(SERIES_MODES, {
    optional: true,
    default: 'all',
    description: 'Whether each must have its new time, or those that can will do',
  })
  mode?: SeriesMode;

  @Flag({
    optional: true,
    description: 'The business’s people leave prices as they were; otherwise they are made anew',
  })
  keepPrice?: boolean;
}
