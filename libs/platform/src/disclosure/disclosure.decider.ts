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

/** The record that somebody was shown personal data in the history: who, when, and which part. */
export const Disclosure: Aggregate<DisclosureState, DisclosureCommand, DisclosureEvent> = {
  category: 'disclosure',
  decider,
  events: disclosureEvents,
  tenantOf: () => PLATFORM,
};
