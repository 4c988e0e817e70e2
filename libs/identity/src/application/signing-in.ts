import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { isKnown, type KnownUser } from '../domain/user.decider';
import { AccessTokens } from '../infrastructure/access-tokens';
import { Credentials } from '../infrastructure/credentials';
import { type Client, type OpenSession, type Proof, Sessions } from '../infrastructure/sessions';
import { Accounts } from './accounts';
import { IdentityFacts } from './identity-facts';
import type { LoginName } from './sign-in-names';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface SignedIn extends Tokens {
  readonly user: KnownUser;
}

/** Throws `identity.wrong_credentials`, the same and after the same time whether or not there is such an account. */
export class LogIn extends Command<SignedIn> {
  constructor(
    readonly name: LoginName,
    readonly password: string,
    readonly client: Client,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(LogIn)
export class LogInHandler implements ICommandHandler<LogIn> {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
    private readonly credentials: Credentials,
  ) {}

  async execute({ name, password, client, context }: LogIn): Promise<SignedIn> {
    const user = await this.accounts.findByLogin(name);
    const passwordHash = await this.credentials.verify(user?.userId ?? null, password);
    if (!passwordHash || user?.status !== 'active') throw new DomainError('identity.wrong_credentials');
    return this.commands.send(new StartSession(user, passwordHash, client, context));
  }
}

/**
 * A new session for somebody who has just proved who they are: by the password of that hash, unless it was changed since,
 * or (`null`) by having registered, or by a code. Throws `identity.wrong_credentials`.
 */
export class StartSession extends Command<SignedIn> {
  constructor(
    readonly user: KnownUser,
    readonly passwordHash: string | null,
    readonly client: Client,
    readonly context: CommandContext,
    readonly proof: Proof = 'password',
  ) {
    super();
  }
}

@CommandHandler(StartSession)
export class StartSessionHandler implements ICommandHandler<StartSession> {
  constructor(
    private readonly sessions: Sessions,
    private readonly tokens: AccessTokens,
  ) {}

  async execute({ user, passwordHash, client, proof }: StartSession): Promise<SignedIn> {
    const session = await this.sessions.open(user.userId, client, passwordHash, proof);
    if (!session) throw new DomainError('identity.wrong_credentials');
    return { user, ...(await tokensFor(user, session, this.tokens)) };
  }
}

/** Spends a refresh token for the next pair. Throws `identity.session_expired` or `identity.token_reused`. */
export class RefreshTokens extends Command<Tokens> {
  constructor(
    readonly refreshToken: string,
    readonly client: Client,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RefreshTokens)
export class RefreshTokensHandler implements ICommandHandler<RefreshTokens> {
  constructor(
    private readonly facts: IdentityFacts,
    private readonly sessions: Sessions,
    private readonly tokens: AccessTokens,
  ) {}

  async execute({ refreshToken, client }: RefreshTokens): Promise<Tokens> {
    const session = await this.sessions.refresh(refreshToken, client);
    const user = await this.facts.user(session.userId);
    if (!isKnown(user) || user.status !== 'active') throw new DomainError('identity.session_expired');
    return tokensFor(user, session, this.tokens);
  }
}

/** Ends one session. Returns whether the user had such a session. */
export class EndSession extends Command<boolean> {
  constructor(
    readonly userId: Uuid,
    readonly sessionId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(EndSession)
export class EndSessionHandler implements ICommandHandler<EndSession> {
  constructor(private readonly sessions: Sessions) {}

  execute({ userId, sessionId }: EndSession): Promise<boolean> {
    return this.sessions.end(userId, sessionId);
  }
}

async function tokensFor(
  user: KnownUser,
  { sessionId, refreshToken, at }: OpenSession,
  tokens: AccessTokens,
): Promise<Tokens> {
  return { accessToken: await tokens.issue(user, sessionId, at), refreshToken };
}
