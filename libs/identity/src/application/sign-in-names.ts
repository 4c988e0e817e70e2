import { reservation } from '@yoyaku/eventing';
import { DAY, epochMs, HOUR, type Instant } from '@yoyaku/kernel';
import type { KnownUser } from '../domain/user.decider';

/** Who owns an e-mail address, a phone or a user name: a stream for each, named by a keyed hash. */
export const EmailReservation = reservation('email', 'identity.email_taken');
export const PhoneReservation = reservation('phone', 'identity.phone_taken');
export const UsernameReservation = reservation('username', 'identity.username_taken');

/** So long after somebody gave a user name up, nobody else gets it, who would be taken for them. */
const USERNAME_RESTS = 30 * DAY;

/** So long a user name that somebody has reserved waits for the event by which it is theirs. */
const USERNAME_IS_CHOSEN = HOUR;

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
  readonly isFree: (user: KnownUser, canonical: string, reservedAt: Instant, at: Instant) => boolean;
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

/** Of the names that somebody gave up, the last one rests: nobody keeps others from many names by choosing one after another. */
export const USERNAME: NameKind = {
  reservation: UsernameReservation,
  canonical: folded,
  isTheirs: ({ username }, canonical) => username !== null && folded(username) === canonical,
  isFree: ({ formerUsername: former }, canonical, reservedAt, at) => {
    const rests = former !== null && folded(former.username) === canonical;
    if (rests && epochMs(at) - epochMs(former.at) <= USERNAME_RESTS) return false;
    return epochMs(at) - epochMs(reservedAt) > USERNAME_IS_CHOSEN;
  },
};
