import { Injectable } from '@nestjs/common';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { isKnown, type KnownUser } from '../domain/user.decider';
import { Credentials } from '../infrastructure/credentials';
import { MailOutbox } from '../infrastructure/mail-outbox';
import { hashPassword } from '../infrastructure/password-hash';
import { Sessions } from '../infrastructure/sessions';
import { VerificationCodes } from '../infrastructure/verification-codes';
import { Accounts } from './accounts';
import { IdentityFacts } from './identity-facts';
import { codeMail } from './mails';
import { ensureAcceptable } from './password-policy';

/** Changing a password, with the old one or with a code sent by mail. */
@Injectable()
export class Passwords {
  constructor(
    private readonly accounts: Accounts,
    private readonly facts: IdentityFacts,
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
    private readonly codes: VerificationCodes,
    private readonly outbox: MailOutbox,
  ) {}

  /** Ends all other sessions. Throws `identity.wrong_password` and what {@link ensureAcceptable} throws. */
  async change(userId: Uuid, session: Uuid, current: string, next: string): Promise<void> {
    const user = await this.known(userId);
    if (!(await this.credentials.verify(userId, current))) {
      throw new DomainError('identity.wrong_password', { path: 'currentPassword' });
    }
    await this.set(user, next, session);
  }

  /** Sends a code to the address, if somebody has registered with it. */
  async forgot(email: string): Promise<void> {
    const user = await this.accounts.findByEmail(email);
    if (user?.status !== 'active' || user.email === null) return;
    const code = await this.codes.issue(user.userId, 'reset_password');
    await this.outbox.send(codeMail('reset_password', user.email, user.locale, code));
  }

  /** Ends all sessions. Throws `identity.code_invalid` and what {@link ensureAcceptable} throws. */
  async reset(code: string, password: string): Promise<void> {
    const user = await this.known(await this.codes.ownerOf(code, 'reset_password'));
    ensureAcceptable(password, textsOf(user));
    await this.codes.redeem(code, 'reset_password');
    await this.set(user, password, null);
  }

  private async set(user: KnownUser, password: string, keep: Uuid | null): Promise<void> {
    ensureAcceptable(password, textsOf(user));
    const passwordHash = await hashPassword(password);
    await this.sessions.endAll(user.userId, keep, (client) => this.credentials.set(user.userId, passwordHash, client));
  }

  private async known(userId: Uuid): Promise<KnownUser> {
    const user = await this.facts.user(userId);
    if (!isKnown(user)) throw new DomainError('user.not_found');
    return user;
  }
}

const textsOf = ({ name, email }: KnownUser) => ({ name: name ?? '', email: email ?? '' });
