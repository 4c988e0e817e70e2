import { type Aggregate, type Decider, type Message, PLATFORM, type Uuid } from '@yoyaku/kernel';
import { type DisclosedPart, type DisclosureEvent, disclosureEvents } from './disclosure.events';

export type DisclosureCommand = Message<'DiscloseHistory', { readonly disclosureId: Uuid } & DisclosedPart>;

export interface DisclosureState {
  readonly disclosureId: Uuid | null;
}

const decider: Decider<DisclosureState, DisclosureCommand, DisclosureEvent> = {
  initial: { disclosureId: null },
  decide: {
    DiscloseHistory: ({ data }, { disclosureId }) => (disclosureId ? [] : [{ type: 'HistoryDisclosed', data }]),
  },
  evolve: {
    HistoryDisclosed: (_, { data: { disclosureId } }) => ({ disclosureId }),
  },
};

/** That somebody was shown what is personal in other people's history: who, when, and which part of it. */
export const Disclosure: Aggregate<DisclosureState, DisclosureCommand, DisclosureEvent> = {
  category: 'disclosure',
  decider,
  events: disclosureEvents,
  tenantOf: () => PLATFORM,
};
