import { Injectable } from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type Aggregate, type Message, streamOf } from '@yoyaku/kernel';
import { inSpan } from '@yoyaku/tracing';
import { AggregateStore, type Outcome } from '../aggregates/aggregate-store';
import type { CommandContext } from '../aggregates/command-context';
import type { AnyAggregate } from '../envelope/event-codec';

/** A decider's command on Nest's command bus. */
class AggregateCommand {
  constructor(
    readonly aggregate: AnyAggregate,
    readonly id: string,
    readonly command: Message,
    readonly context: CommandContext,
    readonly mode: 'execute' | 'create',
  ) {}
}

/** The one handler of every decider's every command. */
@CommandHandler(AggregateCommand)
export class AggregateCommandHandler implements ICommandHandler<AggregateCommand> {
  constructor(private readonly store: AggregateStore) {}

  execute({ aggregate, id, command, context, mode }: AggregateCommand): Promise<Outcome<unknown>> {
    const about = () => ({
      name: command.type,
      attributes: {
        'yoyaku.stream': streamOf(aggregate, id),
        'yoyaku.command.id': context.commandId,
        'yoyaku.correlation.id': context.correlationId,
      },
    });
    return inSpan(about, () => this.store[mode](aggregate, id, command, context));
  }
}

/** Sends commands to aggregates; what controllers, handlers and reactions use. */
@Injectable()
export class Commands {
  constructor(private readonly bus: CommandBus) {}

  /** See {@link AggregateStore.execute}. */
  execute<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    command: C,
    context: CommandContext,
  ): Promise<Outcome<State>> {
    return this.bus.execute(new AggregateCommand(aggregate, id, command, context, 'execute'));
  }

  /** See {@link AggregateStore.create}. */
  create<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    command: C,
    context: CommandContext,
  ): Promise<Outcome<State>> {
    return this.bus.execute(new AggregateCommand(aggregate, id, command, context, 'create'));
  }
}
