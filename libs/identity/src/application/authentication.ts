import { Injectable } from '@nestjs/common';
import { DomainError } from '@yoyaku/kernel';
import { isKnown, type KnownUser } from '../domain/user.decider';
import { AccessTokens } from '../infrastructure/access-tokens';
import { Credentials } from '../infrastructure/credentials';
import { type Client, type OpenSession, Sessions } from '../infrastructure/sessions';
import { Accounts } from './accounts';
import { IdentityFacts } from './identity-facts';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface SignedIn extends Tokens {
  readonly user: KnownUser;
}

/** Signing in and staying signed in. */
@Injectable()
export class Authentication {
  constructor(
    private readonly accounts: Accounts,
    private readonly facts: IdentityFacts,
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
    private readonly tokens: AccessTokens,
  ) {}

  /** Throws `identity.wrong_credentials`, the same and after the same time whether or not there is such an account. */
  async login(email: string, password: string, client: Client): Promise<SignedIn> {
    const user = await this.accounts.findByEmail(email);
    const verified = await this.credentials.verify(user?.userId ?? null, password);
    if (!verified || user?.status !== 'active') throw new DomainError('identity.wrong_credentials');
    return this.signIn(user, client, verified);
  }

  /**
   * A new session for somebody who has just proved who they are: by the password of that hash, unless it was changed
   * since. Throws `identity.wrong_credentials`.
   */
  async signIn(user: KnownUser, client: Client, passwordHash: string | null = null): Promise<SignedIn> {
    const session = await this.sessions.open(user.userId, client, passwordHash);
    if (!session) throw new DomainError('identity.wrong_credentials');
    return { user, ...(await this.give(user, session)) };
  }

  /** Throws `identity.session_expired` or `identity.token_reused`. */
  async refresh(refreshToken: string, client: Client): Promise<Tokens> {
    const session = await this.sessions.refresh(refreshToken, client);
    const user = await this.facts.user(session.userId);
    if (!isKnown(user) || user.status !== 'active') throw new DomainError('identity.session_expired');
    return this.give(user, session);
  }

  private async give(user: KnownUser, { sessionId, refreshToken, at }: OpenSession): Promise<Tokens> {
    return { accessToken: await this.tokens.issue(user, sessionId, at), refreshToken };
  }
}
