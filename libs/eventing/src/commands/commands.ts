import { Injectable } from '@nestjs/common';
import { type Command, CommandBus } from '@nestjs/cqrs';
import type { Aggregate, Message } from '@yoyaku/kernel';
import { inSpan } from '@yoyaku/tracing';
import { AggregateStore } from '../aggregates/aggregate-store';
import type { CommandContext } from '../aggregates/command-context';
import type { Load } from '../aggregates/load';
import type { Versioned } from '../aggregates/versioned';
import { AggregateCommand } from './aggregate-command';
import { nameOf, spanOf } from './command-span';
import { CommandWatch } from './command-watch';
import { recheckRefusal } from './recheck-refusal';

/**
 * All commands are sent through this: by controllers, handlers, reactions and the command line. Commands that a decider
 * can decide alone share one handler. Every other command is a class with its own handler.
 */
@Injectable()
export class Commands {
  constructor(
    private readonly bus: CommandBus,
    private readonly watch: CommandWatch,
    private readonly aggregates: AggregateStore,
  ) {}

  /**
   * What a handler checks of other things before it executes a command, by {@link recheckRefusal}. Left out for a command
   * that has run: what has changed since must not make its repeat a refusal.
   */
  async check<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    context: CommandContext,
    check: (load: Load) => Promise<unknown>,
  ): Promise<void> {
    if (!(await this.aggregates.hasRun(aggregate, id, context))) await recheckRefusal(check);
  }

  /** Sends a command to its handler. */
  send<Result>(command: Command<Result> & { readonly context: CommandContext }): Promise<Result> {
    const handle = () => this.watch.run(nameOf(command), command.context, () => this.bus.execute(command));
    return inSpan(() => spanOf(command), handle);
  }

  /** Sends a decider's command; see {@link AggregateStore.execute}. */
  execute<State, C extends Message, E extends Message, Known extends State>(
    aggregate: Aggregate<State, C, E, Known>,
    id: string,
    command: C,
    context: CommandContext,
    load?: Load,
  ): Promise<Versioned<State, Known>> {
    return this.send(new AggregateCommand<State, Known>(aggregate, id, command, context, load));
  }
}
