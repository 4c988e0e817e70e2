import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { ensure, type Uuid } from '@yoyaku/kernel';
import { type KnownUser, User } from '../domain/user.decider';
import { IdentityOptions } from '../identity.options';
import { PhoneCodes } from '../infrastructure/phone-codes';
import { type Client, Sessions } from '../infrastructure/sessions';
import { Accounts } from './accounts';
import { CodeMessages } from './code-messages';
import { IdentityFacts } from './identity-facts';
import type { VersionedUser } from './register-user';
import { PHONE } from './sign-in-names';
import { type SignedIn, StartSession } from './signing-in';

/** A phone, and the code that somebody has read there. */
export interface PhoneProof {
  /** In E.164. */
  readonly phone: string;
  readonly code: string;
}

/** Sends a code to a phone (E.164), whether or not anybody signs in by it. */
export class SendPhoneCode extends Command<void> {
  constructor(
    readonly phone: string,
    /** Of who asks, unless the phone is that of a user. */
    readonly locale: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(SendPhoneCode)
export class SendPhoneCodeHandler implements ICommandHandler<SendPhoneCode> {
  constructor(
    private readonly accounts: Accounts,
    private readonly codes: PhoneCodes,
    private readonly messages: CodeMessages,
  ) {}

  async execute({ phone, locale, context }: SendPhoneCode): Promise<void> {
    const user = await this.accounts.findByPhone(phone);
    const messageId = idFor(context, 'phone code');
    await this.codes.issue(this.accounts.nameOf(phone, PHONE), phone, messageId, context.at);
    await this.messages.sendToPhone(messageId, user?.locale ?? locale, context);
  }
}

/**
 * Signs in who has the phone; the first time, that makes an account. Throws `identity.code_invalid`, and to who has the
 * phone `identity.user_disabled`, `identity.registration_closed`.
 */
export class SignInByPhone extends Command<SignedIn> {
  constructor(
    readonly proof: PhoneProof,
    /** Of somebody new. */
    readonly profile: { readonly name: string | null; readonly locale: string },
    readonly client: Client,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(SignInByPhone)
export class SignInByPhoneHandler implements ICommandHandler<SignInByPhone> {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
    private readonly codes: PhoneCodes,
    private readonly options: IdentityOptions,
  ) {}

  execute(command: SignInByPhone): Promise<SignedIn> {
    const { phone, code } = command.proof;
    return this.codes.redeem(this.accounts.nameOf(phone, PHONE), code, () => this.signIn(command));
  }

  private async signIn({ proof: { phone }, profile, client, context }: SignInByPhone): Promise<SignedIn> {
    const known = await this.accounts.findByPhone(phone, 'requireLoad');
    const user = known ?? (await this.register(phone, profile, context));
    ensure(user.status === 'active', 'identity.user_disabled');
    return this.commands.send(new StartSession(user, null, client, context, 'phone'));
  }

  private async register(
    phone: string,
    profile: SignInByPhone['profile'],
    context: CommandContext,
  ): Promise<KnownUser> {
    ensure(this.options.openRegistration, 'identity.registration_closed');
    const userId = idFor(context, 'user');
    await this.accounts.reserve(PHONE, phone, userId, context);
    const data = { userId, ...profile, email: null, role: 'user', phone } as const;
    return (await this.commands.execute(User, userId, { type: 'RegisterUser', data }, context, 'assumeEmpty')).known;
  }
}

/**
 * A user has shown that a phone is theirs; from now on they sign in by it too, in place of the one before: who signed in
 * by that one is signed out. Throws `identity.code_invalid`, `identity.phone_taken`: whose account the phone is in, removes it there.
 */
export class VerifyPhone extends Command<VersionedUser> {
  constructor(
    readonly userId: Uuid,
    readonly sessionId: Uuid,
    readonly proof: PhoneProof,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(VerifyPhone)
export class VerifyPhoneHandler implements ICommandHandler<VerifyPhone> {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
    private readonly facts: IdentityFacts,
    private readonly codes: PhoneCodes,
    private readonly sessions: Sessions,
  ) {}

  execute(command: VerifyPhone): Promise<VersionedUser> {
    const { phone, code } = command.proof;
    return this.codes.redeem(this.accounts.nameOf(phone, PHONE), code, () => this.add(command));
  }

  private async add({ userId, sessionId, proof: { phone }, context }: VerifyPhone): Promise<VersionedUser> {
    const { phone: before } = await this.facts.known(userId);
    await this.accounts.reserve(PHONE, phone, userId, context);
    const verified = await this.commands.execute(User, userId, { type: 'VerifyPhone', data: { phone } }, context);
    if (before && before !== phone) {
      await this.accounts.release(PHONE, before, userId, context);
      await this.sessions.endAll(userId, sessionId);
    }
    return verified;
  }
}

/**
 * A user no longer has their phone: nobody signs in by it any more, and whoever did is signed out. Throws
 * `identity.only_way_in` where they have no e-mail address.
 */
export class RemovePhone extends Command<VersionedUser> {
  constructor(
    readonly userId: Uuid,
    /** The one session that does not end; null: all do. */
    readonly sessionId: Uuid | null,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RemovePhone)
export class RemovePhoneHandler implements ICommandHandler<RemovePhone> {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
    private readonly facts: IdentityFacts,
    private readonly sessions: Sessions,
  ) {}

  async execute({ userId, sessionId, context }: RemovePhone): Promise<VersionedUser> {
    const { phone } = await this.facts.known(userId);
    const removed = await this.commands.execute(User, userId, { type: 'RemovePhone', data: {} }, context);
    if (phone) await this.accounts.release(PHONE, phone, userId, context);
    await this.sessions.endAll(userId, sessionId);
    return removed;
  }
}
