import type { SendingSettings } from './sending/settings';

/** What the context takes from the installation's configuration. */
export abstract class NotificationsOptions {
  abstract readonly sending: SendingSettings;
}
