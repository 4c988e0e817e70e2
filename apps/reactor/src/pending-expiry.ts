import { Injectable } from '@nestjs/common';
import { BookingQueries } from '@projections/booking';
import { Booking, GiveUpBooking } from '@yoyaku/booking';
import { Commands } from '@yoyaku/eventing';
import { type Instant, streamOf } from '@yoyaku/kernel';
import type { Duty } from './duty';
import { Reactions } from './reactions';

const AT_A_TIME = 200;

/** Expires bookings that nobody approved in time. */
@Injectable()
export class PendingExpiry implements Duty {
  readonly name = 'pending-expiry';

  constructor(
    private readonly queries: BookingQueries,
    private readonly commands: Commands,
    private readonly reactions: Reactions,
  ) {}

  async *due(now: Instant): AsyncIterable<() => Promise<unknown>> {
    for (const id of await this.queries.toExpire(now, AT_A_TIME)) {
      yield () =>
        this.reactions.toNewest(streamOf(Booking, id), this.name, (context) =>
          this.commands.send(new GiveUpBooking(id, { type: 'ExpireBooking', data: { by: 'system' } }, context)),
        );
    }
  }
}
