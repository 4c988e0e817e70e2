import { PickType } from '@nestjs/swagger';
import type { Instant } from '@yoyaku/kernel';
import { Text, Timestamp } from '../conventions';
import { BookingsQuery } from './bookings.dto';

export class AppointmentBody {
  @Text({ max: 200 })
  title: string;

  @Timestamp()
  start: Instant;

  @Timestamp()
  end: Instant;
}

/** What is absent stays as it is. */
export class ChangeAppointmentBody {
  @Text({ optional: true, max: 200 })
  title?: string;

  @Timestamp({ optional: true })
  start?: Instant;

  @Timestamp({ optional: true })
  end?: Instant;
}

export class AppointmentsQuery extends PickType(BookingsQuery, ['limit', 'cursor', 'sort', 'from', 'to']) {}
