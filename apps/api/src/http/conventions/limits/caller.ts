import type { FastifyRequest } from 'fastify';
import { networkOf } from './network';

/** By what a caller is counted, where all may have a share: the user, or the network of who is not signed in. */
export const callerOf = ({ principal, ip }: Pick<FastifyRequest, 'principal' | 'ip'>): string =>
  principal?.userId ?? networkOf(ip);
