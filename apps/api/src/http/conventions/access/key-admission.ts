import { Injectable } from '@nestjs/common';
import { ApiKeyFacts } from '@yoyaku/business';
import { KeySecrets, looksLikeKey } from '@yoyaku/identity';
import { now, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem';
import { type AccessLevel, type AccessRule, isOpen } from './access';
import type { Principal } from './principal';
import { unauthorized } from './unauthorized';

const BEARER = /^bearer +(\S+) *$/i;

/** Below this, people sign in and see to their accounts. */
const SIGNING_IN = /^\/api\/v1\/auth\//;

const FOR_KEYS: ReadonlySet<AccessLevel> = new Set(['public', 'listed', 'anybody']);

/** The API key that a request was sent with; undefined where it came with none, or with a token. */
export function keyIn(authorization: string): string | undefined {
  const [, text = ''] = BEARER.exec(authorization) ?? [];
  return looksLikeKey(text) ? text : undefined;
}

const isSigningIn = ({ routeOptions }: FastifyRequest): boolean => SIGNING_IN.test(routeOptions.url ?? '');

/** Throws 403 `access.not_for_keys` where a route is for people: it is about themselves, or about the platform. */
export function ensureForKeys(rule: AccessRule, request: FastifyRequest): void {
  const isForPeople = typeof rule === 'string' ? !FOR_KEYS.has(rule) : 'forPeople' in rule;
  if (isForPeople || isSigningIn(request)) throw new Problem(403, 'access.not_for_keys');
}

/** Machines that ask with an API key. */
@Injectable()
export class KeyAdmission {
  constructor(
    private readonly secrets: KeySecrets,
    private readonly keys: ApiKeyFacts,
  ) {}

  /**
   * Who asks with that key; nobody, where people sign in, who have no token yet. Throws 401 `auth.key_invalid`, the same
   * whatever is wrong with it.
   */
  async principalOf(text: string, rule: AccessRule, request: FastifyRequest): Promise<Principal | null> {
    if (isOpen(rule) && isSigningIn(request)) return null;
    const id = await this.secrets.idOf(text);
    if (id === undefined) throw unauthorized('auth.key_invalid');
    return this.principal(id);
  }

  /** As it was let in before, unless it is good no more. Throws as `principalOf`. */
  async again(id: Uuid): Promise<Principal> {
    if (!(await this.secrets.has(id))) throw unauthorized('auth.key_invalid');
    return this.principal(id);
  }

  private async principal(id: Uuid): Promise<Principal> {
    const key = (await this.keys.standing(id, now())) ?? (await this.keys.standing(id, now(), 'requireLoad'));
    if (!key) throw unauthorized('auth.key_invalid');
    const { businessId, madeBy } = key;
    return { userId: id, sessionId: id, role: 'user', key: { businessId, madeBy } };
  }
}
