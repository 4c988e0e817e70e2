import { type KeyedNames, reservation } from '@yoyaku/eventing';

/** Who owns an e-mail address: a stream per address, named by a keyed hash. */
export const EmailReservation = reservation('email', 'identity.email_taken');

/** The reservation of an address; case, and the ways Unicode has to write one character, do not matter. */
export const emailId = (names: KeyedNames, email: string): string =>
  names.of(`email:${email.trim().normalize('NFKC').toLowerCase()}`);
