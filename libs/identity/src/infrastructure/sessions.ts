import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError, type Instant, newUuid, type Uuid } from '@yoyaku/kernel';
import { transaction } from '@yoyaku/postgres';
import { Pool, type PoolClient } from 'pg';
import { IdentityOptions } from '../identity.options';
import { EndedSessions } from './ended-sessions';
import { newToken, readToken, type SecretToken, sameHash, tokenAfter } from './secret-token';

/** Where a session is used from. */
export interface Client {
  readonly platform: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export interface Session extends Client {
  readonly id: Uuid;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant;
  readonly expiresAt: Instant;
}

export interface OpenSession {
  readonly userId: Uuid;
  readonly sessionId: Uuid;
  readonly refreshToken: string;
  /** When the refresh token was given. */
  readonly at: Instant;
}

/** How long a refresh token lives, and a session that is not used: by how its user proved who they are. */
const LIFETIME = { password: '7 days', phone: '30 days' } as const;

/** What somebody proved who they are by; having registered counts as the password that they chose. */
export type Proof = keyof typeof LIFETIME;

/** For this long a spent token gives its device the same answer again: the first answer may have been lost. */
const LEEWAY = '10 seconds';

/**
 * Sessions and their refresh tokens. A token can be used once and gives the next one. When a spent token is used again,
 * from another device or after some seconds, it has been stolen: the session ends.
 */
@Injectable()
export class Sessions {
  constructor(
    private readonly pool: Pool,
    private readonly ended: EndedSessions,
    private readonly options: IdentityOptions,
  ) {}

  /**
   * Opens a session. Undefined if the user's password hash has changed meanwhile. A change of password ends all
   * sessions; it waits for the lock that is taken here, so that it also ends the session that is being opened.
   */
  async open(
    userId: Uuid,
    client: Client,
    passwordHash: string | null,
    proof: Proof = 'password',
  ): Promise<OpenSession | undefined> {
    const sessionId = newUuid();
    const token = newToken();
    const { rows } = await this.pool.query<{ at: Instant }>(
      `with credentials as (
         select from app.credentials where user_id = $2 and password_hash = $8 for share),
       session as (
         insert into app.sessions (id, user_id, platform, ip, user_agent, lifetime, expires_at)
         select $1, $2, $3, $4, $5, $9::interval, now() + $9::interval
         where $8::text is null or exists (select from credentials)
         returning id, expires_at)
       insert into app.refresh_tokens (id, hash, session_id, expires_at) select $6, $7, id, expires_at from session
       returning now() as at`,
      [
        sessionId,
        userId,
        client.platform,
        client.ip,
        client.userAgent,
        token.id,
        token.hash,
        passwordHash,
        LIFETIME[proof],
      ],
    );
    return rows[0] && { userId, sessionId, refreshToken: token.text, at: rows[0].at };
  }

  /**
   * Spends a refresh token and gives the next one. Throws `identity.session_expired`, or `identity.token_reused` when
   * the token was spent before. Within the leeway the same device gets the same token again instead.
   */
  async refresh(refreshToken: string, client: Client): Promise<OpenSession> {
    const used = readToken(refreshToken);
    if (!used) throw new DomainError('identity.session_expired');
    const next = tokenAfter(used, this.options.appSecret);
    const { rows } = await this.pool.query<Refreshed>(
      `with spent as (
         update app.refresh_tokens t set spent_at = now(), spent_by = $5 from app.sessions s
         where t.id = $1 and t.hash = $2 and t.spent_at is null and t.expires_at > now()
           and s.id = t.session_id and s.revoked_at is null
         returning t.session_id),
       session as (
         update app.sessions set last_used_at = now(), expires_at = now() + lifetime
         where id = (select session_id from spent)
         returning id, user_id, expires_at),
       next as (
         insert into app.refresh_tokens (id, hash, session_id, expires_at) select $3, $4, id, expires_at from session)
       select id as "sessionId", user_id as "userId", now() as at from session`,
      [used.id, used.hash, next.id, next.hash, deviceOf(client)],
    );
    const session = rows[0] ?? (await this.refreshedBefore(used, next, client));
    return { ...session, refreshToken: next.text };
  }

  /** The answer that was given when the token was spent, if this client may get it again. */
  private async refreshedBefore(used: SecretToken, next: SecretToken, client: Client): Promise<Refreshed> {
    const { rows } = await this.pool.query<Refreshed & { hash: Buffer; mayRepeat: boolean | null }>(
      `select t.hash, t.session_id as "sessionId", s.user_id as "userId", t.spent_at as at,
         t.spent_at > now() - interval '${LEEWAY}' and t.spent_by = $2
           and s.revoked_at is null and s.expires_at > now()
           and exists (select from app.refresh_tokens where id = $3 and hash = $4) as "mayRepeat"
       from app.refresh_tokens t join app.sessions s on s.id = t.session_id
       where t.id = $1 and t.spent_at is not null`,
      [used.id, deviceOf(client), next.id, next.hash],
    );
    const [spent] = rows;
    if (!spent || !sameHash(spent.hash, used.hash)) throw new DomainError('identity.session_expired');
    const { userId, sessionId, at, mayRepeat } = spent;
    if (mayRepeat) return { userId, sessionId, at };
    await this.end(userId, sessionId);
    throw new DomainError('identity.token_reused');
  }

  /** Sessions that can still be used, the last used first. */
  async list(userId: Uuid): Promise<Session[]> {
    const { rows } = await this.pool.query<Session>(
      `select id, platform, ip, user_agent as "userAgent", created_at as "createdAt", last_used_at as "lastUsedAt",
              expires_at as "expiresAt"
       from app.sessions where user_id = $1 and revoked_at is null and expires_at > now() order by last_used_at desc`,
      [userId],
    );
    return rows;
  }

  /** Ends one session. Returns whether the user had such a session. */
  async end(userId: Uuid, sessionId: Uuid): Promise<boolean> {
    const ended = await endWhere(this.pool, 'user_id = $1 and id = $2', [userId, sessionId]);
    for (const id of ended) this.ended.add(id);
    return ended.length > 0;
  }

  /**
   * Ends all sessions of the user, or all but one, and runs `change` in the same transaction: after a change of password
   * nobody may stay signed in by the old one.
   */
  async endAll(userId: Uuid, except: Uuid | null, change?: (client: PoolClient) => Promise<void>): Promise<void> {
    const ended = await transaction(this.pool, async (client) => {
      await change?.(client);
      return endWhere(client, 'user_id = $1 and id is distinct from $2', [userId, except]);
    });
    for (const id of ended) this.ended.add(id);
  }

  /** Deletes sessions that ended more than a day ago. */
  async prune(): Promise<void> {
    await this.pool.query(`delete from app.sessions where least(expires_at, revoked_at) < now() - interval '1 day'`);
  }
}

async function endWhere(on: Pool | PoolClient, condition: string, params: unknown[]): Promise<Uuid[]> {
  const { rows } = await on.query<{ id: Uuid }>(
    `update app.sessions set revoked_at = clock_timestamp()
     where ${condition} and revoked_at is null and expires_at > now() returning id`,
    params,
  );
  return rows.map(({ id }) => id);
}

type Refreshed = Omit<OpenSession, 'refreshToken'>;

/** Identifies a device by its user agent. Its address is of no use, because mobile devices change it. */
const deviceOf = ({ userAgent }: Client): Buffer => hash('sha256', userAgent ?? '', 'buffer');
