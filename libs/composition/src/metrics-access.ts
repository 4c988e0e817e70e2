import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from './config';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * The status that refuses the figures of the process to a request with this `Authorization`, if it is refused: without
 * a token configured there is no such route (404), and who does not have it is not known (401).
 */
export function metricsRefusal(
  { metricsToken }: Pick<Config, 'metricsToken'>,
  authorization: string | undefined,
): 401 | 404 | undefined {
  if (metricsToken === '') return 404;
  const isKnown = timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${metricsToken}`));
  return isKnown ? undefined : 401;
}
