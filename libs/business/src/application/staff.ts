import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands, recheckRefusal, type Versioned } from '@yoyaku/eventing';
import { IdentityFacts } from '@yoyaku/identity';
import { ensure, type Uuid } from '@yoyaku/kernel';
import { ensureOpenLocations, type KnownBusiness } from '../domain/business.decider';
import { type Appointing, type KnownMember, Membership, type MembershipState } from '../domain/membership.decider';
import type { AssignmentDetails } from '../domain/membership.events';
import { isGiven } from '../domain/roles';
import { BusinessFacts, memberId } from './business-facts';
import { grantsOfActor } from './roles';

type VersionedMember = Versioned<MembershipState, KnownMember>;

/**
 * Makes whoever gives the command a member, and invites anybody else to be one, who is none until they accept.
 *
 * Throws `member.forbidden` (only owners appoint owners and managers), `member.already_assigned`,
 * `member.already_owner`, `member.unknown_user`, `location.unknown`, `role.unknown`, `business.closed`.
 */
export class AssignStaff extends Command<VersionedMember> {
  constructor(
    readonly assignment: AssignmentDetails & { businessId: Uuid; userId: Uuid },
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(AssignStaff)
export class AssignStaffHandler implements ICommandHandler<AssignStaff> {
  constructor(
    private readonly commands: Commands,
    private readonly facts: BusinessFacts,
    private readonly identity: IdentityFacts,
  ) {}

  async execute({ assignment, context }: AssignStaff): Promise<VersionedMember> {
    const { businessId, userId, locationIds, role } = assignment;
    const id = memberId(businessId, userId);
    await this.commands.check(Membership, id, context, async (load) => {
      const business = await this.facts.open(businessId, load);
      ensureOpenLocations(business, locationIds, 'locationIds');
      ensureGiven(business, role);
      ensure(business.ownerId !== userId, 'member.already_owner', { path: 'userId' });
      const user = await this.identity.user(userId, load);
      ensure(user.status === 'active', 'member.unknown_user', { path: 'userId' });
    });
    const appointing = await appointingOf(this.facts, businessId, context);
    const data = { memberId: id, ...assignment, ...appointing, accepts: context.actor.id === userId };
    const command = { type: 'AssignStaff', data } as const;
    return this.commands.execute(Membership, id, command, context);
  }
}

/**
 * Somebody takes an assignment that they are invited to, or does not. Throws `member.not_found`, `member.not_invited` to
 * anybody else, `member.invalid_transition` where the invitation was withdrawn or answered before otherwise; where it is
 * accepted, `business.closed`, and `member.invitation_changed` without `If-Match` if they may have seen another one.
 */
export class AnswerInvitation extends Command<VersionedMember> {
  constructor(
    readonly memberId: Uuid,
    readonly answer: 'AcceptInvitation' | 'DeclineInvitation',
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(AnswerInvitation)
export class AnswerInvitationHandler implements ICommandHandler<AnswerInvitation> {
  constructor(
    private readonly commands: Commands,
    private readonly facts: BusinessFacts,
  ) {}

  async execute({ memberId, answer, context }: AnswerInvitation): Promise<VersionedMember> {
    const { businessId, userId } = await this.facts.member(memberId);
    ensure(context.actor.id === userId, 'member.not_invited');
    if (answer === 'AcceptInvitation')
      await this.commands.check(Membership, memberId, context, (load) => this.facts.open(businessId, load));
    const command =
      answer === 'AcceptInvitation'
        ? ({ type: answer, data: { sees: context.expectedRevisions !== undefined } } as const)
        : ({ type: answer, data: {} } as const);
    return this.commands.execute(Membership, memberId, command, context);
  }
}

/** What is given changes, the rest stays. Throws as {@link AssignStaff}, and `member.invalid_transition` once dismissed. */
export class ChangeAssignment extends Command<VersionedMember> {
  constructor(
    readonly memberId: Uuid,
    readonly change: Partial<AssignmentDetails>,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeAssignment)
export class ChangeAssignmentHandler implements ICommandHandler<ChangeAssignment> {
  constructor(
    private readonly commands: Commands,
    private readonly facts: BusinessFacts,
  ) {}

  async execute({ memberId, change, context }: ChangeAssignment): Promise<VersionedMember> {
    const { businessId } = await this.facts.member(memberId);
    await this.commands.check(Membership, memberId, context, async (load) => {
      const business = await this.facts.open(businessId, load);
      ensureOpenLocations(business, change.locationIds ?? [], 'locationIds');
      if (change.role !== undefined) ensureGiven(business, change.role);
    });
    const data = { ...change, ...(await appointingOf(this.facts, businessId, context)) };
    return this.commands.execute(Membership, memberId, { type: 'ChangeAssignment', data }, context);
  }
}

/** Everybody may leave: there is always an owner left, as who made the business has no assignment. Throws `member.forbidden`. */
export class TerminateStaff extends Command<VersionedMember> {
  constructor(
    readonly memberId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(TerminateStaff)
export class TerminateStaffHandler implements ICommandHandler<TerminateStaff> {
  constructor(
    private readonly commands: Commands,
    private readonly facts: BusinessFacts,
  ) {}

  async execute({ memberId, context }: TerminateStaff): Promise<VersionedMember> {
    const { businessId, userId } = await this.facts.member(memberId);
    const isLeaving = context.actor.id === userId;
    const data = isLeaving ? ({ leaves: true } as const) : await appointingOf(this.facts, businessId, context);
    return this.commands.execute(Membership, memberId, { type: 'TerminateStaff', data }, context);
  }
}

const ensureGiven = (business: KnownBusiness, role: string): void =>
  ensure(isGiven(role, business), 'role.unknown', { path: 'role' });

/** Throws `member.forbidden`. */
const appointingOf = (facts: BusinessFacts, businessId: Uuid, context: CommandContext): Promise<Appointing> =>
  recheckRefusal(async (load) => ({
    by: await grantsOfActor(facts, businessId, context, load),
    roles: await facts.roles(businessId, load),
  }));
