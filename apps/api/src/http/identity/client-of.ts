import type { Client } from '@yoyaku/identity';
import type { FastifyRequest } from 'fastify';

/** Where somebody signs in from. */
export const clientOf = ({ ip, headers }: FastifyRequest): Client => {
  const userAgent = headers['user-agent'];
  return {
    platform: userAgent?.startsWith('Mozilla/') ? 'web' : 'api',
    ip,
    userAgent: userAgent?.slice(0, 256) ?? null,
  };
};
