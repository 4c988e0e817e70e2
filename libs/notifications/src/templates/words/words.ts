import type { InFour } from '../language';

/** What a message says in one language. The texts that it is made of are clean already, see `oneLine`. */
export interface Words {
  /** Also the title among somebody's notifications. */
  readonly subject: string;
  readonly text: readonly string[];
  /** A sentence for a text message, where this kind goes out as one: who writes and what it is about are added. */
  readonly sms?: string;
}

/** One kind of message in every language. */
export type Wording<Said> = InFour<(said: Said) => Words>;
