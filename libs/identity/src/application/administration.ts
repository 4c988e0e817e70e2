import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  AggregateStore,
  type CommandContext,
  Commands,
  ensureRevision,
  SubjectErasure,
  stepOf,
} from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { ADMINS_ID, Admins } from '../domain/admins.decider';
import { isKnown, User, type UserStep } from '../domain/user.decider';
import type { PlatformRole } from '../domain/user.events';
import { PhoneCodes } from '../infrastructure/phone-codes';
import { Sessions } from '../infrastructure/sessions';
import { Accounts } from './accounts';
import type { VersionedUser } from './register-user';
import { PHONE } from './sign-in-names';

/** What an admin may make of a user. */
export interface UserChange {
  readonly role?: PlatformRole;
  /** Why they are disabled; null: they are enabled again. */
  readonly disabled?: string | null;
}

/** Sees to it that an admin is left. */
@Injectable()
export class AdminList {
  constructor(private readonly commands: Commands) {}

  async enrol(userId: Uuid, context: CommandContext): Promise<void> {
    await this.commands.execute(Admins, ADMINS_ID, { type: 'EnrolAdmin', data: { userId } }, stepOf(context, 'enrol'));
  }

  /** Throws `identity.last_admin`. */
  async dismiss(userId: Uuid, context: CommandContext): Promise<void> {
    const step = stepOf(context, 'dismiss');
    await this.commands.execute(Admins, ADMINS_ID, { type: 'DismissAdmin', data: { userId } }, step);
  }
}

/**
 * Gives a user a platform role, or takes it; disables them, which ends their sessions, or enables them again. Throws
 * `user.not_found`, `identity.last_admin`, and of a role `identity.user_disabled`.
 */
export class ChangeUser extends Command<VersionedUser> {
  constructor(
    readonly userId: Uuid,
    readonly change: UserChange,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeUser)
export class ChangeUserHandler implements ICommandHandler<ChangeUser> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly admins: AdminList,
    private readonly sessions: Sessions,
  ) {}

  async execute({ userId, change: { role, disabled }, context }: ChangeUser): Promise<VersionedUser> {
    const before = await this.aggregates.load(User, userId, 'requireLoad');
    ensureRevision(before, context);
    const { role: roleBefore } = before.known;
    const roleAfter = role ?? roleBefore;
    const goes = roleAfter !== 'admin' || typeof disabled === 'string';
    if (roleBefore === 'admin' && goes) await this.admins.dismiss(userId, context);
    const execute = (step: UserStep) => this.commands.execute(User, userId, step, stepOf(context, step.type));
    let outcome: VersionedUser = before;
    if (disabled === null) outcome = await execute({ type: 'EnableUser', data: {} });
    if (role !== undefined) outcome = await execute({ type: 'GrantRole', data: { role } });
    if (typeof disabled === 'string') {
      outcome = await execute({ type: 'DisableUser', data: { reason: disabled } });
      await this.sessions.endAll(userId, null);
    }
    const { status } = outcome.known;
    if (roleAfter === 'admin' && status === 'active') await this.admins.enrol(userId, context);
    return outcome;
  }
}

/**
 * Forgets a user for good: nothing that was said of them can be read from then on, and nobody signs in as them. Throws
 * `user.not_found`, `identity.last_admin`.
 */
export class EraseUser extends Command<VersionedUser> {
  constructor(
    readonly userId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** First history says so, so that whatever dies in between is finished later ({@link FinishUserErasure}). */
@CommandHandler(EraseUser)
export class EraseUserHandler implements ICommandHandler<EraseUser> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly accounts: Accounts,
    private readonly admins: AdminList,
    private readonly sessions: Sessions,
    private readonly codes: PhoneCodes,
  ) {}

  async execute({ userId, context }: EraseUser): Promise<VersionedUser> {
    const before = await this.aggregates.load(User, userId, 'requireLoad');
    ensureRevision(before, context);
    const { state } = before;
    if (state.status !== 'erased' && !isKnown(state)) throw new DomainError('user.not_found');
    if (isKnown(state) && state.role === 'admin') await this.admins.dismiss(userId, context);
    const erased = await this.commands.execute(User, userId, { type: 'EraseUser', data: {} }, context);
    if (isKnown(state) && state.phone) await this.codes.forget(this.accounts.nameOf(state.phone, PHONE));
    await this.sessions.endAll(userId, null);
    await this.commands.send(new FinishUserErasure(userId, context));
    return erased;
  }
}

/** Destroys the key of a user of whom history says that they are erased. What else is kept of them goes with it. */
export class FinishUserErasure extends Command<void> {
  constructor(
    readonly userId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(FinishUserErasure)
export class FinishUserErasureHandler implements ICommandHandler<FinishUserErasure> {
  constructor(private readonly subjects: SubjectErasure) {}

  execute({ userId }: FinishUserErasure): Promise<void> {
    return this.subjects.erase(User.category, userId);
  }
}
