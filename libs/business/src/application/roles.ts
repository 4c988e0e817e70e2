import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands, type Load, recheckRefusal } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Business } from '../domain/business.decider';
import type { Grants, OwnRoles } from '../domain/permissions';
import { BusinessFacts, OWNER } from './business-facts';
import type { VersionedBusiness } from './slugs';

/** Throws `role.fixed`, `role.forbidden`, `role.too_many`, `business.closed`. */
export class SetRole extends Command<VersionedBusiness> {
  constructor(
    readonly businessId: Uuid,
    readonly role: string,
    readonly permissions: readonly string[],
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(SetRole)
export class SetRoleHandler implements ICommandHandler<SetRole> {
  constructor(
    private readonly commands: Commands,
    private readonly facts: BusinessFacts,
  ) {}

  async execute({ businessId, role, permissions, context }: SetRole): Promise<VersionedBusiness> {
    const by = await recheckRefusal((load) => grantsOfActor(this.facts, businessId, context, load));
    return this.commands.execute(Business, businessId, { type: 'SetRole', data: { role, permissions, by } }, context);
  }
}

/** All roles to which a business gives permissions. Throws as {@link SetRole}. */
export class SetRoles extends Command<VersionedBusiness> {
  constructor(
    readonly businessId: Uuid,
    readonly roles: OwnRoles,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(SetRoles)
export class SetRolesHandler implements ICommandHandler<SetRoles> {
  constructor(
    private readonly commands: Commands,
    private readonly facts: BusinessFacts,
  ) {}

  async execute({ businessId, roles, context }: SetRoles): Promise<VersionedBusiness> {
    const by = await recheckRefusal((load) => grantsOfActor(this.facts, businessId, context, load));
    return this.commands.execute(Business, businessId, { type: 'SetRoles', data: { roles, by } }, context);
  }
}

/** What whoever gives the command may do there; platform admins act as owners. Throws `member.forbidden`. */
export async function grantsOfActor(
  facts: BusinessFacts,
  businessId: Uuid,
  { actor }: CommandContext,
  load: Load,
): Promise<Grants> {
  const standing = actor.role === 'admin' ? OWNER : actor.id && (await facts.standing(businessId, actor.id, load));
  if (!standing) throw new DomainError('member.forbidden');
  return standing.grants;
}
