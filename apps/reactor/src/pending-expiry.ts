import { Injectable } from '@nestjs/common';
import { BookingQueries } from '@projections/booking';
import { Bookings } from '@yoyaku/booking';
import { systemContext } from '@yoyaku/eventing';
import type { Instant } from '@yoyaku/kernel';
import type { Duty } from './duty';

const AT_A_TIME = 200;

/** Lets bookings lapse that nobody approved in time. */
@Injectable()
export class PendingExpiry implements Duty {
  readonly name = 'pending-expiry';

  constructor(
    private readonly queries: BookingQueries,
    private readonly bookings: Bookings,
  ) {}

  async *due(now: Instant): AsyncIterable<() => Promise<unknown>> {
    for (const id of await this.queries.due(now, AT_A_TIME)) {
      yield () => this.bookings.expire(id, systemContext(this.name));
    }
  }
}
