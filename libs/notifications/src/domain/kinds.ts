import type { Kind } from './notice';

/** Ways to reach somebody: `app` is the list of notifications that they see when they are signed in. */
export const CHANNELS = ['app', 'email', 'sms'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Channels that people choose. A text message costs, and goes to numbers that nobody has proved to be theirs. */
export const CHOSEN_CHANNELS = ['app', 'email'] as const satisfies readonly Channel[];

/** Channels by which the outside is called, so that it may fail. */
export type OutsideChannel = Exclude<Channel, 'app'>;

interface KindRules {
  /** By which channels it goes out unless its reader wants it otherwise. */
  readonly channels: readonly Channel[];
  /** Whether its reader may turn channels of it on and off. */
  readonly optional: boolean;
}

const always = (...channels: Channel[]): KindRules => ({ channels, optional: false });
const unlessTurnedOff = (...channels: Channel[]): KindRules => ({ channels, optional: true });

const KINDS: Readonly<Record<Kind, KindRules>> = {
  email_verification: always('email'),
  password_reset: always('email'),
  phone_code: always('sms'),
  welcome: always('app', 'email'),
  booking_requested: unlessTurnedOff('app', 'email'),
  booking_confirmed: unlessTurnedOff('app', 'email'),
  booking_changed: unlessTurnedOff('app', 'email'),
  booking_cancelled: unlessTurnedOff('app', 'email'),
  booking_declined: unlessTurnedOff('app', 'email'),
  booking_expired: unlessTurnedOff('app', 'email'),
  booking_reminder: unlessTurnedOff('app', 'email'),
  series_requested: unlessTurnedOff('app', 'email'),
  series_booked: unlessTurnedOff('app', 'email'),
  series_changed: unlessTurnedOff('app', 'email'),
  series_cancelled: unlessTurnedOff('app', 'email'),
  waitlist_offer: unlessTurnedOff('app', 'email'),
  waitlist_lapsed: unlessTurnedOff('app', 'email'),
  booking_received: unlessTurnedOff('app'),
  booking_to_approve: unlessTurnedOff('app', 'email'),
  booking_moved: unlessTurnedOff('app'),
  booking_withdrawn: unlessTurnedOff('app', 'email'),
  series_received: unlessTurnedOff('app'),
  series_to_approve: unlessTurnedOff('app', 'email'),
  series_moved: unlessTurnedOff('app'),
  series_withdrawn: unlessTurnedOff('app', 'email'),
  bookings_uncovered: unlessTurnedOff('app'),
  business_created: unlessTurnedOff('app', 'email'),
  business_approved: unlessTurnedOff('app', 'email'),
  business_rejected: unlessTurnedOff('app', 'email'),
  service_created: unlessTurnedOff('app'),
  invitation: unlessTurnedOff('app', 'email'),
  trial_ending: unlessTurnedOff('app', 'email'),
  subscription_expired: unlessTurnedOff('app', 'email'),
  appointment_planned: unlessTurnedOff('app', 'email'),
  appointment_cancelled: unlessTurnedOff('app', 'email'),
  announcement: unlessTurnedOff('app'),
};

/** Kinds that carry a secret code, which proves whose the address or phone is. */
export const CODE_KINDS: readonly Kind[] = ['email_verification', 'password_reset', 'phone_code'];

/** Kinds for which somebody sits and waits, or which are worth nothing soon: they stand in no line. */
export const URGENT_KINDS: readonly Kind[] = [...CODE_KINDS, 'waitlist_offer'];

/** Kinds that may go out as text messages. */
export const TEXT_KINDS: readonly Kind[] = ['booking_reminder', 'phone_code'];

/** Kinds of which people choose by which channels they want them. */
export const OPTIONAL_KINDS: readonly Kind[] = (Object.keys(KINDS) as Kind[]).filter((kind) => KINDS[kind].optional);

/** By which channel somebody wants a kind, or does not, where that is not as usual. */
export interface Preference {
  readonly kind: Kind;
  readonly channel: Channel;
  readonly enabled: boolean;
}

/** By which channels a kind goes out to somebody who has these preferences. */
export function channelsOf(kind: Kind, preferences: readonly Preference[]): readonly Channel[] {
  const { channels, optional } = KINDS[kind];
  if (!optional) return channels;
  const own = new Map(
    preferences.filter((each) => each.kind === kind).map(({ channel, enabled }) => [channel, enabled]),
  );
  return CHOSEN_CHANNELS.filter((channel) => own.get(channel) ?? channels.includes(channel));
}
