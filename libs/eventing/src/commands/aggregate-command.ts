import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Message } from '@yoyaku/kernel';
import { AggregateStore } from '../aggregates/aggregate-store';
import type { CommandContext } from '../aggregates/command-context';
import type { Load } from '../aggregates/load';
import type { Versioned } from '../aggregates/versioned';
import type { AnyAggregate } from '../envelope/event-codec';

/** A command that an aggregate's decider decides alone. */
export class AggregateCommand<State = unknown, Known extends State = State> extends Command<Versioned<State, Known>> {
  constructor(
    readonly aggregate: AnyAggregate,
    readonly id: string,
    readonly command: Message,
    readonly context: CommandContext,
    readonly load: Load | undefined,
  ) {
    super();
  }
}

/** The one handler of every decider's every command. */
@CommandHandler(AggregateCommand)
export class AggregateCommandHandler implements ICommandHandler<AggregateCommand> {
  constructor(private readonly store: AggregateStore) {}

  execute({ aggregate, id, command, context, load }: AggregateCommand): Promise<Versioned<unknown>> {
    return this.store.execute(aggregate, id, command, context, load);
  }
}
