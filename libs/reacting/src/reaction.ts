import type { RecordedEvent } from '@yoyaku/eventing';
import type { Message, OfType } from '@yoyaku/kernel';
import type { Job } from './job';

/** What follows from events: a pure function from each event to the jobs that it leads to. */
export interface Reaction<E extends Message = Message> {
  /** Unique among reactions and read models. */
  readonly name: string;
  /**
   * To be raised with every change. The new version goes on where the old one stood, which then plans nothing more:
   * no event is passed over, and none is reacted to twice, while builds are being replaced.
   */
  readonly version: number;
  /**
   * Where it begins in an installation that is older than the reaction. `now`: with the next event, for what is to be
   * told once, when it happens. `beginning`: with the first event, for deadlines, which may still lie ahead.
   */
  readonly from: 'now' | 'beginning';
  readonly on: { readonly [K in E['type']]?: (event: RecordedEvent<OfType<E, K>>) => readonly Job[] };
}

/** Any reaction, whatever its events. */
// biome-ignore lint/suspicious/noExplicitAny: handlers are contravariant in their events, and none of them matter here
export type AnyReaction = Reaction<any>;

/** `defineReaction<BookingEvent>({ name, version, from, on: { BookingRequested: ({ data }) => [expire.job(…)] } })` */
export const defineReaction = <E extends Message>(reaction: Reaction<E>): Reaction<E> => reaction;
