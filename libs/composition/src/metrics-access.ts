import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from './config';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * The status that refuses `/metrics` to a request with this `Authorization` header; undefined: it is allowed. Without a
 * configured token the route does not exist (404); with a wrong token the request is not authorized (401).
 */
export function metricsRefusal(
  { metricsToken }: Pick<Config, 'metricsToken'>,
  authorization: string | undefined,
): 401 | 404 | undefined {
  if (metricsToken === '') return 404;
  const isKnown = timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${metricsToken}`));
  return isKnown ? undefined : 401;
}
