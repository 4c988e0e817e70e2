import type { FastifyRequest } from 'fastify';
import { networkOf } from './network';

/** The key by which callers are counted: the user, or the network of somebody who is not signed in. */
export const callerOf = ({ principal, ip }: Pick<FastifyRequest, 'principal' | 'ip'>): string =>
  principal?.userId ?? networkOf(ip);
