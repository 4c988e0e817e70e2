import { type Aggregate, type Decider, ensure, isSame, type Message, PLATFORM, type Uuid } from '@yoyaku/kernel';
import { OPTIONAL_KINDS, type Preference } from './kinds';
import { PREFERENCES, type PreferencesEvent, preferencesEvents } from './preferences.events';

export type PreferencesCommand = Message<'SetPreferences', { userId: Uuid; preferences: readonly Preference[] }>;

/** Only what differs from what is usual; see `channelsOf`. */
export interface PreferencesState {
  readonly preferences: readonly Preference[];
}

const decider: Decider<PreferencesState, PreferencesCommand, PreferencesEvent> = {
  initial: { preferences: [] },
  decide: {
    SetPreferences: ({ data }, state) => {
      for (const { kind } of data.preferences)
        ensure(OPTIONAL_KINDS.includes(kind), 'notification.always_sent', { kind });
      return isSame(data.preferences, state.preferences) ? [] : [{ type: 'NotificationPreferencesSet', data }];
    },
  },
  evolve: {
    NotificationPreferencesSet: (_, { data: { preferences } }) => ({ preferences }),
  },
};

/** By which channels a user wants which kinds of messages. */
export const Preferences: Aggregate<PreferencesState, PreferencesCommand, PreferencesEvent> = {
  category: PREFERENCES,
  decider,
  events: preferencesEvents,
  tenantOf: () => PLATFORM,
};
