import type { Config } from './config';
import { isSameSecret } from './same-secret';

/**
 * The status that refuses `/metrics` to a request with this `Authorization` header; undefined: it is allowed. Without a
 * configured token the route does not exist (404); with a wrong token the request is not authorized (401).
 */
export function metricsRefusal(
  { metricsToken }: Pick<Config, 'metricsToken'>,
  authorization: string | undefined,
): 401 | 404 | undefined {
  if (metricsToken === '') return 404;
  return isSameSecret(authorization ?? '', `Bearer ${metricsToken}`) ? undefined : 401;
}
