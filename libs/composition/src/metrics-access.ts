import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from './config';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a request with this `Authorization` may see the figures of the process; nobody may where no token is set. */
export const mayReadMetrics = (
  { metricsToken }: Pick<Config, 'metricsToken'>,
  authorization: string | undefined,
): boolean => metricsToken !== '' && timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${metricsToken}`));
