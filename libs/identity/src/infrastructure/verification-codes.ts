import { Injectable } from '@nestjs/common';
import { DomainError, type Instant, type Uuid } from '@yoyaku/kernel';
import { Pool } from 'pg';
import { IdentityOptions } from '../identity.options';
import { readToken, tokenFor } from './secret-token';

export type Purpose = 'verify_email' | 'reset_password';

const LIFETIME: Readonly<Record<Purpose, string>> = { verify_email: '2 days', reset_password: '1 hour' };

const MATCHES = 'id = $1 and hash = $2 and purpose = $3 and expires_at > now()';

/** Secrets that are sent to an e-mail address. Whoever returns one can read the mail of that address. */
@Injectable()
export class VerificationCodes {
  constructor(
    private readonly pool: Pool,
    private readonly options: IdentityOptions,
  ) {}

  /**
   * The token that a message carries which was asked for at that moment; always the same for the same message. Tokens of
   * messages that were asked for earlier become invalid. Null: it would be of no use, because there is one of a later
   * message, its time is over, or the password has been changed since.
   */
  async issueFor(messageId: Uuid, userId: Uuid, purpose: Purpose, at: Instant): Promise<string | null> {
    const token = tokenFor(messageId, this.options.appSecret);
    const { rowCount } = await this.pool.query(
      `insert into app.verification_codes as known (id, user_id, purpose, hash, expires_at)
       select $1, $2, $3, $4, $5::timestamptz + interval '${LIFETIME[purpose]}'
       where $5::timestamptz + interval '${LIFETIME[purpose]}' > now() and not ($3 = 'reset_password' and exists (
         select from app.credentials where user_id = $2 and changed_at > $5::timestamptz))
       on conflict (user_id, purpose) do update
       set id = excluded.id, hash = excluded.hash, expires_at = excluded.expires_at
       where known.expires_at <= excluded.expires_at`,
      [token.id, userId, purpose, token.hash, at],
    );
    return rowCount === 1 ? token.text : null;
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
