import { streamOf } from '@yoyaku/kernel';
import type { SpanAbout } from '@yoyaku/tracing';
import type { CommandContext } from '../aggregates/command-context';
import { AggregateCommand } from './aggregate-command';

/** What a command is called in metrics, logs and traces: `RequestBooking` by its class, `booking.CheckIn` of a decider. */
export const nameOf = (command: object): string =>
  command instanceof AggregateCommand
    ? `${command.aggregate.category}.${command.command.type}`
    : command.constructor.name;

/** The span of a command; see docs/tracing.md. */
export const spanOf = (command: { readonly context: CommandContext }): SpanAbout => ({
  name: nameOf(command),
  attributes: {
    ...(command instanceof AggregateCommand && { 'yoyaku.stream': streamOf(command.aggregate, command.id) }),
    'yoyaku.command.id': command.context.commandId,
    'yoyaku.correlation.id': command.context.correlationId,
  },
});
