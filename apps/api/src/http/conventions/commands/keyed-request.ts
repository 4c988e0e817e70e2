import { deriveUuid, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem';
import { routeOf } from '../routes';
import { hashesOf, type RequestHashes } from './request-hashes';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** A request with an `Idempotency-Key`: what it is claimed by, and how it is known again. */
export interface KeyedRequest {
  /** Of principal, route and key. */
  readonly id: Uuid;
  readonly hashes: RequestHashes;
}

/**
 * Undefined for a request without a key, and for a handler whose answers are never kept. Throws 400
 * `request.invalid_idempotency_key`.
 */
export function keyedRequest(request: FastifyRequest, handler: object): KeyedRequest | undefined {
  const { principal, method, url, headers } = request;
  const key = headers['idempotency-key'];
  if (key === undefined || routeOf(handler)?.isSecret) return undefined;
  if (typeof key !== 'string' || !KEY.test(key)) throw new Problem(400, 'request.invalid_idempotency_key');
  const id = deriveUuid(principal?.userId ?? 'anonymous', method, request.routeOptions.url ?? url, key);
  return { id, hashes: hashesOf(request) };
}
