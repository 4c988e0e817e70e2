import { createHash } from 'node:crypto';
import { hash, verify } from '@node-rs/bcrypt';

const COST = 12;

/** bcrypt reads at most 72 bytes. A digest first makes every character of a long pass phrase count. */
const digest = (password: string): string => createHash('sha256').update(password.normalize('NFKC')).digest('base64');

export const hashPassword = (password: string): Promise<string> => hash(digest(password), COST);

/** A hash that no password matches. It is compared when there is no account, so that the answer takes as long. */
const UNMATCHED = '$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZHVPzS2ZX0E5o5cZbYQm4S5n0l8w1K';

/** Takes the same time whether or not there is a hash. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const matches = await verify(digest(password), stored ?? UNMATCHED);
  return matches && stored !== undefined;
}
