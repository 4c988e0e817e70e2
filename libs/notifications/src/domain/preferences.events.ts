import { type EventCatalog, type Message, plain, type Uuid } from '@yoyaku/kernel';
import type { Preference } from './kinds';

/** The category of the streams; each has its user's id. */
export const PREFERENCES = 'preferences';

export type PreferencesEvent = Message<
  'NotificationPreferencesSet',
  { readonly userId: Uuid; readonly preferences: readonly Preference[] }
>;

export const preferencesEvents: EventCatalog<PreferencesEvent> = { NotificationPreferencesSet: plain };
