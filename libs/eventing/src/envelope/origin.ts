import type { Instant, Uuid } from '@yoyaku/kernel';

/** Who asks: a user, or a role of the system itself. The address is personal data and stored sealed. */
export interface Actor {
  readonly id: Uuid | null;
  readonly role: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Where an event comes from: the command that led to it, who gave it and when. */
export interface Origin {
  /** Names the command; event ids and new ids derive from it, so a repeat of it changes nothing. */
  readonly commandId: Uuid;
  readonly at: Instant;
  readonly actor: Actor;
  readonly correlationId: string;
  /** The command's own id at the edge, the event's id in a reaction. */
  readonly causationId: string;
}
