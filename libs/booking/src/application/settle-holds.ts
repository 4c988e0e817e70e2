import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandContext } from '@yoyaku/eventing';
import { type Hold, Holds } from './holds';
import { OfferedTime } from './offered-time';
import { bySeries, SeriesBookings } from './series-bookings';

/**
 * Puts calendars right after requests that died: holds that their bookings do not use are released, once it is certain
 * that these never will. Returns the position of the last append, 0 where nothing was left to do.
 */
export class SettleHolds extends Command<bigint> {
  constructor(
    readonly holds: readonly Hold[],
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(SettleHolds)
export class SettleHoldsHandler implements ICommandHandler<SettleHolds> {
  constructor(
    private readonly holds: Holds,
    private readonly series: SeriesBookings,
    private readonly offered: OfferedTime,
  ) {}

  async execute({ holds, context }: SettleHolds): Promise<bigint> {
    const { ofEntries, others } = await this.offered.byEntry(holds);
    const positions = [0n];
    for (const [entryId, some] of ofEntries) positions.push(await this.offered.settle(entryId, some, context));
    for (const [seriesId, some] of bySeries(others)) {
      const settled = seriesId
        ? await this.series.settle(seriesId, some, context)
        : (await this.holds.settle(some, context)).position;
      positions.push(settled);
    }
    return positions.reduce((last, position) => (position > last ? position : last));
  }
}
