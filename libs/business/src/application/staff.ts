import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands, type Load, recheckRefusal, type Versioned } from '@yoyaku/eventing';
import { IdentityFacts } from '@yoyaku/identity';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import { ensureOpenLocations } from '../domain/business.decider';
import { type KnownMember, Membership, type MembershipState } from '../domain/membership.decider';
import type { AssignmentDetails } from '../domain/membership.events';
import type { Role } from '../domain/permissions';
import { BusinessFacts, memberId } from './business-facts';

type VersionedMember = Versioned<MembershipState, KnownMember>;

/**
 * Throws `member.forbidden` (only owners appoint owners and managers), `member.already_assigned`,
 * `member.already_owner`, `member.unknown_user`, `location.unknown`, `business.closed`.
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
    const { businessId, userId, locationIds } = assignment;
    const id = memberId(businessId, userId);
    await this.commands.check(Membership, id, context, async (load) => {
      const business = await this.facts.open(businessId, load);
      ensureOpenLocations(business, locationIds, 'locationIds');
      ensure(business.ownerId !== userId, 'member.already_owner', { path: 'userId' });
      const user = await this.identity.user(userId, load);
      ensure(user.status === 'active', 'member.unknown_user', { path: 'userId' });
    });
    const by = await recheckRefusal((load) => roleOf(this.facts, businessId, context, load));
    const command = { type: 'AssignStaff', data: { memberId: id, ...assignment, by } } as const;
    return this.commands.execute(Membership, id, command, context);
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
    await this.commands.check(Membership, memberId, context, async (load) =>
      ensureOpenLocations(await this.facts.open(businessId, load), change.locationIds ?? [], 'locationIds'),
    );
    const by = await recheckRefusal((load) => roleOf(this.facts, businessId, context, load));
    return this.commands.execute(Membership, memberId, { type: 'ChangeAssignment', data: { ...change, by } }, context);
  }
}

/** Throws `member.forbidden`. */
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
    const { businessId } = await this.facts.member(memberId);
    const by = await recheckRefusal((load) => roleOf(this.facts, businessId, context, load));
    return this.commands.execute(Membership, memberId, { type: 'TerminateStaff', data: { by } }, context);
  }
}

/** The role the command is given in; platform admins act as owners. */
async function roleOf(facts: BusinessFacts, businessId: Uuid, { actor }: CommandContext, load: Load): Promise<Role> {
  const role = actor.role === 'admin' ? 'owner' : actor.id && (await facts.role(businessId, actor.id, load));
  if (!role) throw new DomainError('member.forbidden');
  return role;
}
