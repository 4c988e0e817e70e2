import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError, type Instant, type Uuid } from '@yoyaku/kernel';
import { Pool } from 'pg';
import { IdentityOptions } from '../identity.options';
import { sameHash } from './secret-token';

const LIFETIME = '10 minutes';
const MOST_TRIES = 5;
const DIGITS = 6;

/** Of a code that may still be used. */
const IS_GOOD = `used_at is null and tries < ${MOST_TRIES} and expires_at > now()`;

/** A code, and where it is sent. */
export interface SentCode {
  /** In E.164. */
  readonly phone: string;
  readonly code: string;
}

/**
 * Codes of six digits that are sent to phones. A phone has one at a time, the one asked for last. It is kept nowhere: it is
 * derived from the message's id and our key. Phones of people who are no users are in no event, so they are kept here until
 * the code is of no use any more.
 */
@Injectable()
export class PhoneCodes {
  constructor(
    private readonly pool: Pool,
    private readonly options: IdentityOptions,
  ) {}

  /** From now on the phone's code is that of this message. `name`: what the phone is called where it may not be told. */
  async issue(name: string, phone: string, messageId: Uuid, at: Instant): Promise<void> {
    await this.pool.query(
      `insert into app.phone_codes as known (phone_name, message_id, phone, asked_at, expires_at)
       select $1, $2, $3, $4, $4::timestamptz + interval '${LIFETIME}'
       on conflict (phone_name) do update set message_id = excluded.message_id, phone = excluded.phone,
         asked_at = excluded.asked_at, expires_at = excluded.expires_at, tries = 0, used_at = null
       where known.asked_at <= excluded.asked_at and known.message_id <> excluded.message_id`,
      [name, messageId, phone, at],
    );
  }

  /** What that message tells, and whom; null: it is of no use any more. */
  async sentBy(messageId: Uuid): Promise<SentCode | null> {
    const { rows } = await this.pool.query<{ phone: string }>(
      `select phone from app.phone_codes where message_id = $1 and ${IS_GOOD}`,
      [messageId],
    );
    return rows[0] ? { phone: rows[0].phone, code: this.codeOf(messageId) } : null;
  }

  /**
   * Uses the phone's code up for what it is good for; a wrong one uses one of its tries up. Where that fails, as while the
   * event store is away, the code is good for another request; not where it is refused. Throws `identity.code_invalid`.
   */
  async redeem<T>(name: string, code: string, use: () => Promise<T>): Promise<T> {
    const tried = await this.pool.query<{ message_id: Uuid }>(
      `update app.phone_codes set tries = tries + 1 where phone_name = $1 and ${IS_GOOD} returning message_id`,
      [name],
    );
    const messageId = tried.rows[0]?.message_id;
    const isRight = messageId !== undefined && sameHash(Buffer.from(this.codeOf(messageId)), Buffer.from(code));
    if (!isRight || !(await this.take(messageId))) throw new DomainError('identity.code_invalid', { path: 'code' });
    try {
      return await use();
    } catch (error) {
      if (!(error instanceof DomainError)) await this.giveBack(messageId);
      throw error;
    }
  }

  /** Of an erased user nothing may stay. */
  async forget(name: string): Promise<void> {
    await this.pool.query('delete from app.phone_codes where phone_name = $1', [name]);
  }

  async prune(): Promise<void> {
    await this.pool.query('delete from app.phone_codes where expires_at < now()');
  }

  /** Of several who type the same code at once, one is let in. */
  private async take(messageId: Uuid): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'update app.phone_codes set used_at = now() where message_id = $1 and used_at is null and expires_at > now()',
      [messageId],
    );
    return rowCount === 1;
  }

  private async giveBack(messageId: Uuid): Promise<void> {
    await this.pool.query('update app.phone_codes set used_at = null where message_id = $1', [messageId]);
  }

  private codeOf(messageId: Uuid): string {
    const bytes = createHmac('sha256', this.options.appSecret)
      .update(`yoyaku phone code of message ${messageId}`)
      .digest();
    return String(bytes.readUIntBE(0, 6) % 10 ** DIGITS).padStart(DIGITS, '0');
  }
}
