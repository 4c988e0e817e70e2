import { Injectable } from '@nestjs/common';
import { OpenHoldQueries } from '@projections/booking';
import { SettleHolds } from '@yoyaku/booking';
import { Commands, systemContext } from '@yoyaku/eventing';
import { DAY, type Instant, plusMs } from '@yoyaku/kernel';
import type { Duty } from './duty';

const AT_A_TIME = 200;

/**
 * Releases holds that failed requests left on calendars; those too that ended within a day, because whoever walked in may
 * be entered again. The read model only shows where to look; the state of the booking decides. So a request that is
 * merely slow may lose a hold it has not used yet, but no booking loses its slot.
 */
@Injectable()
export class Reaper implements Duty {
  readonly name = 'reaper';
  readonly everyMs = 5_000;

  constructor(
    private readonly queries: OpenHoldQueries,
    private readonly commands: Commands,
  ) {}

  async *due(now: Instant, graceMs: number): AsyncIterable<() => Promise<unknown>> {
    const open = await this.queries.openSince(plusMs(now, -graceMs), plusMs(now, -DAY), AT_A_TIME);
    for (const ofOneBooking of Map.groupBy(open, ({ bookingId }) => bookingId).values()) {
      yield () => this.commands.send(new SettleHolds(ofOneBooking, systemContext(this.name)));
    }
  }
}
