import type { EventCatalog, Message, Uuid } from '@yoyaku/kernel';
import type { Preference } from './kinds';

/** The category of the streams; each has its user's id. */
export const PREFERENCES = 'preferences';

export type PreferencesEvent = Message<
  'NotificationPreferencesSet',
  { readonly userId: Uuid; readonly preferences: readonly Preference[] }
>;

/** Each version may name kinds that came since the one before. */
export const preferencesEvents: EventCatalog<PreferencesEvent> = {
  NotificationPreferencesSet: {
    version: 7,
    upcasts: {
      1: (data) => data,
      2: (data) => data,
      3: (data) => data,
      4: (data) => data,
      5: (data) => data,
      6: (data) => data,
    },
  },
};
