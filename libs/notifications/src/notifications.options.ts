import type { SendingSettings } from './sending/settings';

/** What the context takes from the installation's configuration. */
export abstract class NotificationsOptions {
  abstract readonly sending: SendingSettings;
  /** Of the pages that people type codes into. */
  abstract readonly baseDomain: string;
  /** Whether an address that nobody has proved to be theirs gets codes alone. */
  abstract readonly requireVerifiedEmail: boolean;
}
