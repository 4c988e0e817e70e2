import { Injectable } from '@nestjs/common';
import { type CommandContext, Commands, type Load, recheckRefusal, type Versioned } from '@yoyaku/eventing';
import { IdentityFacts } from '@yoyaku/identity';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import { ensureOpenLocations } from '../domain/business.decider';
import {
  type KnownMember,
  Membership,
  type MembershipCommand,
  type MembershipState,
} from '../domain/membership.decider';
import type { AssignmentDetails } from '../domain/membership.events';
import type { Role } from '../domain/permissions';
import { BusinessFacts, memberId } from './business-facts';

/** Appointing and dismissing a business's people. */
@Injectable()
export class Staff {
  constructor(
    private readonly commands: Commands,
    private readonly facts: BusinessFacts,
    private readonly identity: IdentityFacts,
  ) {}

  /**
   * Throws `member.forbidden` (only owners appoint owners and managers), `member.already_assigned`,
   * `member.already_owner`, `member.unknown_user`, `location.unknown`, `business.closed`.
   */
  async assign(
    assignment: AssignmentDetails & { businessId: Uuid; userId: Uuid },
    context: CommandContext,
  ): Promise<Versioned<MembershipState, KnownMember>> {
    const { businessId, userId, locationIds } = assignment;
    const by = await recheckRefusal(async (load) => {
      const business = await this.facts.open(businessId, load);
      ensureOpenLocations(business, locationIds, 'locationIds');
      ensure(business.ownerId !== userId, 'member.already_owner', { path: 'userId' });
      ensure((await this.identity.user(userId, load)).status === 'active', 'member.unknown_user', {
        path: 'userId',
      });
      return this.roleOf(businessId, context, load);
    });
    const id = memberId(businessId, userId);
    return this.execute(id, { type: 'AssignStaff', data: { memberId: id, ...assignment, by } }, context);
  }

  /** What is given changes, the rest stays. Throws as {@link assign}, and `member.invalid_transition` once dismissed. */
  async change(
    memberId: Uuid,
    change: Partial<AssignmentDetails>,
    context: CommandContext,
  ): Promise<Versioned<MembershipState, KnownMember>> {
    const { businessId } = await this.facts.member(memberId);
    const by = await recheckRefusal(async (load) => {
      ensureOpenLocations(await this.facts.open(businessId, load), change.locationIds ?? [], 'locationIds');
      return this.roleOf(businessId, context, load);
    });
    return this.execute(memberId, { type: 'ChangeAssignment', data: { ...change, by } }, context);
  }

  /** Throws `member.forbidden`. */
  async terminate(memberId: Uuid, context: CommandContext): Promise<Versioned<MembershipState, KnownMember>> {
    const { businessId } = await this.facts.member(memberId);
    const by = await recheckRefusal((load) => this.roleOf(businessId, context, load));
    return this.execute(memberId, { type: 'TerminateStaff', data: { by } }, context);
  }

  /** The role the command is given in; platform admins act as owners. */
  private async roleOf(businessId: Uuid, { actor }: CommandContext, load: Load): Promise<Role> {
    const role = actor.role === 'admin' ? 'owner' : actor.id && (await this.facts.role(businessId, actor.id, load));
    if (!role) throw new DomainError('member.forbidden');
    return role;
  }

  private async execute(
    id: Uuid,
    command: MembershipCommand,
    context: CommandContext,
  ): Promise<Versioned<MembershipState, KnownMember>> {
    return this.commands.execute(Membership, id, command, context);
  }
}
