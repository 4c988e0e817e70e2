import { reservation } from '@yoyaku/eventing';
import { DAY, epochMs, type Instant } from '@yoyaku/kernel';
import type { KnownUser } from '../domain/user.decider';

/** Who owns an e-mail address, a phone or a user name: a stream for each, named by a keyed hash. */
export const EmailReservation = reservation('email', 'identity.email_taken');
export const PhoneReservation = reservation('phone', 'identity.phone_taken');
export const UsernameReservation = reservation('username', 'identity.username_taken');

/** So long after somebody gave a user name up, nobody else gets it, who would be taken for them. */
const USERNAME_RESTS = 30 * DAY;

/** By what somebody is known who signs in with a password. */
export type LoginName = { readonly email: string } | { readonly username: string };

/** A kind of name that people sign in by. */
export interface NameKind {
  readonly reservation: typeof EmailReservation;
  /** The same for every way in which the name may be written. */
  readonly canonical: (name: string) => string;
  /** Whether the user who has it reserved signs in by it. */
  readonly isTheirs: (user: KnownUser, canonical: string) => boolean;
  /** Whether somebody else may have it of a user whose it is not, by when it was reserved. */
  readonly isFree: (user: KnownUser, reservedAt: Instant, at: Instant) => boolean;
}

/** Case does not matter, nor the ways that Unicode has to write one character. */
const folded = (name: string): string => name.trim().normalize('NFKC').toLowerCase().normalize('NFKC');

/** Of whom an address is reserved, it stays. */
export const EMAIL: NameKind = {
  reservation: EmailReservation,
  canonical: (name) => name.trim().normalize('NFKC').toLowerCase(),
  isTheirs: ({ email }) => email !== null,
  isFree: () => false,
};

/** In E.164. Who can read what is sent to it has it, whoever had it before: numbers are given to others. */
export const PHONE: NameKind = {
  reservation: PhoneReservation,
  canonical: (name) => name,
  isTheirs: ({ phone }, canonical) => phone === canonical,
  isFree: () => true,
};

export const USERNAME: NameKind = {
  reservation: UsernameReservation,
  canonical: folded,
  isTheirs: ({ username }, canonical) => username !== null && folded(username) === canonical,
  isFree: ({ usernameSince }, reservedAt, at) => {
    const since = Math.max(epochMs(reservedAt), usernameSince ? epochMs(usernameSince) : 0);
    return epochMs(at) - since > USERNAME_RESTS;
  },
};
