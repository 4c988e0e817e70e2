import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandContext } from '@yoyaku/eventing';
import { type Hold, Holds } from './holds';

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
  constructor(private readonly holds: Holds) {}

  async execute({ holds, context }: SettleHolds): Promise<bigint> {
    return (await this.holds.settle(holds, context)).position;
  }
}
