import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { type Aggregate, ensure, type Message, PLATFORM, plain, type Uuid } from '@yoyaku/kernel';

export type ReservationCommand = Message<'ReserveName', { owner: Uuid }> | Message<'ReleaseName', { owner: Uuid }>;

export type ReservationEvent = Message<'NameReserved', { owner: Uuid }> | Message<'NameReleased', { owner: Uuid }>;

export interface ReservationState {
  readonly owner: Uuid | null;
}

export type Reservation = Aggregate<ReservationState, ReservationCommand, ReservationEvent>;

/**
 * Makes names unique, with one stream for each name: whoever appends first owns the name until it is released. If the
 * owner reserves it again, nothing changes. Anybody else is refused with `code`.
 */
export const reservation = (category: string, takenCode: string): Reservation => ({
  category,
  events: { NameReserved: plain, NameReleased: plain },
  tenantOf: () => PLATFORM,
  decider: {
    initial: { owner: null },
    decide: {
      ReserveName: ({ data: { owner } }, state) => {
        ensure(state.owner === null || state.owner === owner, takenCode);
        return state.owner === owner ? [] : [{ type: 'NameReserved', data: { owner } }];
      },
      ReleaseName: ({ data: { owner } }, state) =>
        state.owner === owner ? [{ type: 'NameReleased', data: { owner } }] : [],
    },
    evolve: {
      NameReserved: (_, { data: { owner } }) => ({ owner }),
      NameReleased: () => ({ owner: null }),
    },
  },
});

/** A keyed hash of a name: the same for the same name, without revealing it. */
export class KeyedNames {
  private readonly key: KeyObject;

  constructor(secret: string) {
    this.key = createSecretKey(secret, 'utf8');
  }

  /** HMAC-SHA-256 in hex. */
  of(name: string): string {
    return createHmac('sha256', this.key).update(name).digest('hex');
  }
}
