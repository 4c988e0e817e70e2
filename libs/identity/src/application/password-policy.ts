import { ensure } from '@yoyaku/kernel';
import { dictionary } from '@zxcvbn-ts/language-common';

const COMMON = new Set(dictionary['passwords-common'] as readonly string[]);
const OURS = 'yoyaku';
const SHORTEST_HINT = 4;

/**
 * The checks of NIST SP 800-63B 3.1.1.2 beyond length: not a password that everybody tries first, nor one made of the
 * service's or the person's own name. Throws `identity.password_too_common` or `identity.password_guessable`.
 */
export function ensureAcceptable(password: string, about: { name: string; email: string }): void {
  const plain = password.normalize('NFKC').toLowerCase();
  ensure(!COMMON.has(plain) && new Set(plain).size > 2, 'identity.password_too_common', { path: 'password' });
  const hints = [
    OURS,
    ...`${about.name} ${about.email}`
      .normalize('NFKC')
      .toLowerCase()
      .split(/[\s@]+/),
  ];
  const guessable = hints.some((hint) => hint.length >= SHORTEST_HINT && remainder(plain, hint).length < SHORTEST_HINT);
  ensure(!guessable, 'identity.password_guessable', { path: 'password' });
}

const remainder = (password: string, hint: string): string => password.replaceAll(hint, '');
