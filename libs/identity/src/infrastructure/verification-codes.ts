import { Injectable } from '@nestjs/common';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Pool } from 'pg';
import { newToken, readToken } from './secret-token';

export type Purpose = 'verify_email' | 'reset_password';

const LIFETIME: Readonly<Record<Purpose, string>> = { verify_email: '2 days', reset_password: '1 hour' };

const MATCHES = 'id = $1 and hash = $2 and purpose = $3 and expires_at > now()';

/** Secrets that are sent to an e-mail address. Whoever returns one can read the mail of that address. */
@Injectable()
export class VerificationCodes {
  constructor(private readonly pool: Pool) {}

  /** Makes a new token. Tokens that were made before for the same purpose become invalid. */
  async issue(userId: Uuid, purpose: Purpose): Promise<string> {
    const token = newToken();
    await this.pool.query(
      `insert into app.verification_codes (id, user_id, purpose, hash, expires_at)
       values ($1, $2, $3, $4, now() + interval '${LIFETIME[purpose]}')
       on conflict (user_id, purpose) do update
       set id = excluded.id, hash = excluded.hash, expires_at = excluded.expires_at`,
      [token.id, userId, purpose, token.hash],
    );
    return token.text;
  }

  /** Whose token it is, without using it up. Throws `identity.code_invalid`. */
  ownerOf(token: string, purpose: Purpose): Promise<Uuid> {
    return this.owner(`select user_id from app.verification_codes where ${MATCHES}`, token, purpose);
  }

  /** Uses a token up. Throws `identity.code_invalid`. */
  redeem(token: string, purpose: Purpose): Promise<Uuid> {
    return this.owner(`delete from app.verification_codes where ${MATCHES} returning user_id`, token, purpose);
  }

  private async owner(sql: string, token: string, purpose: Purpose): Promise<Uuid> {
    const presented = readToken(token);
    const { rows } = await this.pool.query<{ user_id: Uuid }>(sql, [presented?.id, presented?.hash, purpose]);
    const [row] = rows;
    if (!row) throw new DomainError('identity.code_invalid', { path: 'token' });
    return row.user_id;
  }
}
