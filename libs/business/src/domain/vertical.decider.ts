import {
  type Aggregate,
  type Decider,
  type Instant,
  type Message,
  PLATFORM,
  recordOf,
  type Uuid,
  unlessNone,
} from '@yoyaku/kernel';
import { VERTICAL, type VerticalDetails, type VerticalEvent, verticalEvents } from './vertical.events';

export type VerticalCommand =
  | Message<'CreateVertical', VerticalDetails & { verticalId: Uuid }>
  | Message<'ChangeVertical', Partial<VerticalDetails>>
  | Message<'RemoveVertical', object>;

export interface KnownVertical extends VerticalDetails {
  readonly status: 'active' | 'removed';
  readonly verticalId: Uuid;
  readonly createdAt: Instant;
}

export type VerticalState = { readonly status: 'none' } | KnownVertical;

const record = recordOf<KnownVertical>({ taken: 'vertical.id_taken', unknown: 'vertical.not_found' });

const decider: Decider<VerticalState, VerticalCommand, VerticalEvent> = {
  initial: { status: 'none' },
  decide: {
    CreateVertical: ({ data }, state) => record.create(state, data, { type: 'VerticalCreated', data }),
    ChangeVertical: ({ data: given }, state) =>
      record.change(state, given, (data) => ({ type: 'VerticalChanged', data })),
    RemoveVertical: (_, state) =>
      record.remove(state, ({ verticalId }) => ({ type: 'VerticalRemoved', data: { verticalId } })),
  },
  evolve: {
    VerticalCreated: (_, { data, at }) => record.created(data, at),
    VerticalChanged: (state, { data }) => record.changed(state, data),
    VerticalRemoved: (state) => record.removed(state),
  },
};

/** Kept by the platform's people. */
export const Vertical: Aggregate<VerticalState, VerticalCommand, VerticalEvent, KnownVertical> = {
  category: VERTICAL,
  decider,
  events: verticalEvents,
  tenantOf: () => PLATFORM,
  known: unlessNone('vertical.not_found'),
};
