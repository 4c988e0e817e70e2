import { DomainError, type Instant } from '@yoyaku/kernel';
import type { StreamState } from './stream-state';

/** A state, and the revision of its stream up to which it was folded. */
export type Folded<State> = Pick<StreamState<State>, 'state' | 'revision' | 'position' | 'createdAt' | 'updatedAt'>;

/** A state as it was loaded, or as a command left it. */
export class Versioned<State, Known extends State = State> implements Folded<State> {
  readonly state: State;
  readonly revision: number;
  readonly position: bigint;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;

  constructor(
    readonly id: string,
    { state, revision, position, createdAt, updatedAt }: Folded<State>,
    private readonly knownOf: (state: State) => Known = asItIs,
  ) {
    this.state = state;
    this.revision = revision;
    this.position = position;
    this.createdAt = createdAt;
    this.updatedAt = updatedAt;
  }

  /** The state of a thing that must exist. Throws `<thing>.not_found` if it does not. */
  get known(): Known {
    return this.knownOf(this.state);
  }

  /** Whether {@link known} throws `<thing>.not_found`. An erased person is not gone: that is an answer of its own. */
  get isGone(): boolean {
    try {
      this.knownOf(this.state);
      return false;
    } catch (error) {
      return error instanceof DomainError && error.code.endsWith('.not_found');
    }
  }

  /** The same, where another append of the same operation may have come after. */
  upTo(position: bigint): Versioned<State, Known> {
    return position > this.position ? new Versioned(this.id, { ...this, position }, this.knownOf) : this;
  }
}

const asItIs = <State, Known>(state: State): Known => state as unknown as Known;
