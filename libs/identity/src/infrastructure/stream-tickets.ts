import { Injectable } from '@nestjs/common';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { Pool } from 'pg';
import type { AccessClaims } from './access-tokens';
import { newToken, readToken } from './secret-token';

const LIFETIME = '30 seconds';

interface Ticket {
  readonly ticket: string;
  readonly expiresAt: Instant;
}

/**
 * Stand for an access token, once and for seconds, where a client can only send an address, which proxies write into
 * their logs. What is let in by a ticket ends with the access token.
 */
@Injectable()
export class StreamTickets {
  constructor(private readonly pool: Pool) {}

  async issue({ sub, sid, exp }: AccessClaims): Promise<Ticket> {
    const { id, hash, text } = newToken();
    const { rows } = await this.pool.query<{ expiresAt: Instant }>(
      `insert into app.stream_tickets (id, hash, user_id, session_id, token_expires_at, expires_at)
       values ($1, $2, $3, $4, to_timestamp($5), now() + interval '${LIFETIME}') returning expires_at as "expiresAt"`,
      [id, hash, sub, sid, exp],
    );
    return { ticket: text, expiresAt: (rows[0] as { expiresAt: Instant }).expiresAt };
  }

  /** Uses the ticket up. Undefined for one that was used, has expired, or never was. */
  async redeem(ticket: string): Promise<AccessClaims | undefined> {
    const given = readToken(ticket);
    if (!given) return undefined;
    const { rows } = await this.pool.query<{ sub: Uuid; sid: Uuid; exp: number }>(
      `delete from app.stream_tickets where id = $1 and hash = $2 and expires_at > now()
       returning user_id as sub, session_id as sid, extract(epoch from token_expires_at)::float8 as exp`,
      [given.id, given.hash],
    );
    return rows[0] && { ...rows[0], email: null, role: 'user' };
  }

  async prune(): Promise<void> {
    await this.pool.query('delete from app.stream_tickets where expires_at < now()');
  }
}
