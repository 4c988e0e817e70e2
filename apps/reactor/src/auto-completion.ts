import { Injectable } from '@nestjs/common';
import { BookingQueries } from '@projections/booking';
import { Booking } from '@yoyaku/booking';
import { Commands } from '@yoyaku/eventing';
import { type Instant, streamOf } from '@yoyaku/kernel';
import type { Duty } from './duty';
import { Reactions } from './reactions';

const AT_A_TIME = 200;

/** Completes bookings that are over, where their business leaves that to the clock. */
@Injectable()
export class AutoCompletion implements Duty {
  readonly name = 'auto-completion';

  constructor(
    private readonly queries: BookingQueries,
    private readonly commands: Commands,
    private readonly reactions: Reactions,
  ) {}

  async *due(now: Instant): AsyncIterable<() => Promise<unknown>> {
    const complete = { type: 'CompleteBooking', data: { by: 'system' } } as const;
    for (const id of await this.queries.toComplete(now, AT_A_TIME)) {
      yield () =>
        this.reactions.toNewest(streamOf(Booking, id), this.name, (context) =>
          this.commands.execute(Booking, id, complete, context),
        );
    }
  }
}
