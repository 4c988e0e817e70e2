import { type AnyAggregate, type CommandContext, Commands, EventCodec, type NewEvent } from '@yoyaku/eventing';
import {
  DomainError,
  decide,
  evolve,
  type Instant,
  type Message,
  type Occurred,
  streamOf,
  type Taken,
} from '@yoyaku/kernel';

/** A command as it was given to a decider. */
interface Step {
  readonly aggregate: AnyAggregate;
  /** No later step of the script is about this instance. */
  readonly isLast: boolean;
  /** Of the instance, the command and its context, as JSON. */
  readonly text: string;
}

interface Given {
  readonly id: string;
  readonly command: Message;
  readonly context: CommandContext;
}

/** All commands of one actor, in their order. */
export type Script = readonly Step[];

/** Writes down, from now on, what is sent to aggregates. Gives a function that tells it by who asked. */
export function recordScripts(commands: Commands): () => Script[] {
  const recorded = new Map<string, Sent[]>();
  const execute = commands.execute.bind(commands) as (...given: unknown[]) => never;
  commands.execute = (aggregate, id, command, context, load) => {
    const actor = String(context.actor.id);
    const sent = recorded.get(actor) ?? [];
    recorded.set(actor, sent);
    const stream = streamOf(aggregate as AnyAggregate, id);
    sent.push({ aggregate: aggregate as AnyAggregate, stream, text: JSON.stringify({ id, command, context }) });
    return execute(aggregate, id, command, context, load);
  };
  return () => [...recorded.values()].map(toScript);
}

interface Sent extends Omit<Step, 'isLast'> {
  readonly stream: string;
}

function toScript(sent: readonly Sent[]): Script {
  const last = new Map(sent.map(({ stream }, index) => [stream, index]));
  return sent.map(({ aggregate, stream, text }, index) => ({ aggregate, text, isLast: last.get(stream) === index }));
}

interface Head {
  readonly state: unknown;
  readonly revision: number;
  readonly hash: string | null;
}

/** Takes events that are decided and sealed. */
export type Append = (stream: string, revisionBefore: number, events: readonly NewEvent[]) => void;

const UUID = /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{6})[0-9a-f]{6}/g;

/**
 * The same script, played by others: every id is another one, and each command is decided anew by the decider of its
 * aggregate, on the state that its own events have led to.
 */
export class Performance {
  /** Of those that are still needed: a long life is held in as much memory as a short one. */
  private readonly heads = new Map<string, Head>();
  private readonly suffix: string;

  constructor(
    private readonly script: Script,
    number: number,
    private readonly codec: EventCodec,
    private readonly append: Append,
  ) {
    this.suffix = number.toString(16).padStart(6, '0');
  }

  /** Plays one step; false when the script is over. */
  async play(index: number): Promise<boolean> {
    const step = this.script[index];
    if (!step) return false;
    const { aggregate, isLast } = step;
    const { id, command, context } = JSON.parse(step.text.replace(UUID, `$1${this.suffix}`)) as Given;
    const stream = streamOf(aggregate, id);
    const head = this.heads.get(stream) ?? { state: aggregate.decider.initial, revision: -1, hash: null };
    if (isLast) this.heads.delete(stream);
    const events = this.decide(aggregate, command, context.at, head.state);
    if (events.length === 0) return true;
    const state = events.reduce(
      (folded, event) => evolve(aggregate.decider, folded, { ...event, at: context.at } as Occurred<Message>),
      head.state,
    );
    const sealed = await this.codec.sealAll(stream, events, context, aggregate.tenantOf(state), head);
    this.append(stream, head.revision, sealed);
    const hash = sealed.at(-1)?.metadata.hash ?? null;
    if (!isLast) this.heads.set(stream, { state, revision: head.revision + events.length, hash });
    return true;
  }

  private decide(aggregate: AnyAggregate, command: Message, at: Instant, state: unknown): readonly Message[] {
    try {
      return decide(aggregate.decider, { ...command, at } as Taken<Message>, state);
    } catch (error) {
      if (error instanceof DomainError) return [];
      throw error;
    }
  }
}
