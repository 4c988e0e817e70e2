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
  /** Of the instance, the command and its context, as JSON. */
  readonly text: string;
}

interface Given {
  readonly id: string;
  readonly command: Message;
  readonly context: CommandContext;
}

/** All commands of one actor, in their order. */
export type Script = Step[];

/** Writes down, from now on, what is sent to aggregates, by the id of who asks. */
export function recordScripts(commands: Commands): ReadonlyMap<string, Script> {
  const scripts = new Map<string, Script>();
  for (const mode of ['execute', 'create'] as const) {
    const send = commands[mode].bind(commands) as (...given: unknown[]) => never;
    commands[mode] = (aggregate, id, command, context) => {
      const actor = String(context.actor.id);
      const script = scripts.get(actor) ?? [];
      scripts.set(actor, script);
      script.push({ aggregate: aggregate as AnyAggregate, text: JSON.stringify({ id, command, context }) });
      return send(aggregate, id, command, context);
    };
  }
  return scripts;
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
    const { aggregate } = step;
    const { id, command, context } = JSON.parse(step.text.replace(UUID, `$1${this.suffix}`)) as Given;
    const stream = streamOf(aggregate, id);
    const head = this.heads.get(stream) ?? { state: aggregate.decider.initial, revision: -1, hash: null };
    const events = this.decide(aggregate, command, context.at, head.state);
    if (events.length === 0) return true;
    const state = events.reduce(
      (folded, event) => evolve(aggregate.decider, folded, { ...event, at: context.at } as Occurred<Message>),
      head.state,
    );
    const sealed = await this.codec.sealAll(stream, events, context, aggregate.tenantOf(state), head);
    this.append(stream, head.revision, sealed);
    const hash = sealed.at(-1)?.metadata.hash ?? null;
    this.heads.set(stream, { state, revision: head.revision + events.length, hash });
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
