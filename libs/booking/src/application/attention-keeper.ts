import { Injectable } from '@nestjs/common';
import { AggregateStore, type CommandContext, Commands, stepOf } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { Booking } from '../domain/booking.decider';
import { type Attention, isMade, isStanding } from '../domain/booking-state';
import { Cover } from './cover';

/** What is looked at so often keeps changing: it is looked at again later. */
const MOST_ROUNDS = 20;

/** Records at a booking what it is left without, and what it has again. */
@Injectable()
export class AttentionKeeper {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly commands: Commands,
    private readonly cover: Cover,
  ) {}

  /**
   * Several may look at once, and one of them go by what is no longer so. So whoever has recorded something looks again:
   * the last one goes by what is so. Gives what the booking needs attention for then.
   */
  async look(bookingId: Uuid, change: Uuid, context: CommandContext): Promise<readonly Attention[]> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { state, revision } = await this.aggregates.load(Booking, bookingId, 'requireLoad');
      if (!isMade(state) || !isStanding(state)) return [];
      const judge = await this.cover.of(state.businessId);
      const causes = await judge(state);
      const { holdId, resourceIds, locationId, start, end } = state;
      const place = { holdId, resourceIds, locationId, start, end };
      const command = { type: 'NoteUncovered', data: { place, causes, change } } as const;
      // By the revision: a look that died after it recorded something is made again as a new one.
      const step = stepOf(context, `${bookingId} from ${revision}`);
      const looked = await this.commands.execute(Booking, bookingId, command, step);
      if (looked.revision === revision) return state.attention;
    }
    throw new Error('What the booking needs keeps changing');
  }
}
