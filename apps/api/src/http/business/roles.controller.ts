import { Body, Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BusinessQueries, STANDING, StaffQueries } from '@projections/business';
import type { Scope } from '@yoyaku/access';
import { BusinessFacts, isBuiltIn, type OwnRoles, SetRole, SetRoles } from '@yoyaku/business';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { ensure, type Uuid } from '@yoyaku/kernel';
import { type Answer, Command, Ctx, IdParam, InScope, inPath, partOf, Query, result } from '../conventions';
import { found } from './business.views';
import { RoleBody, RolesBody, roleNamed } from './role.dto';
import { RoleList, RoleView, roleList, roleView } from './role.views';

const READ = { permission: 'roles:read', of: inPath('id') } as const;
const WRITE = { permission: 'roles:write', of: inPath('id') } as const;

@ApiTags('Roles')
@Controller('owner/businesses/:id/roles')
export class RolesController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: BusinessQueries,
    private readonly staff: StaffQueries,
    private readonly facts: BusinessFacts,
  ) {}

  @Query('', {
    access: READ,
    summary: 'What each role may do in a business',
    answers: RoleList,
    reads: ['businesses'],
  })
  async listRoles(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<Answer<RoleList>> {
    return partOf(found(await this.queries.find(scope, id)), roleList(await this.rolesIn(scope)));
  }

  @Query(':role', {
    access: READ,
    summary: 'What a role may do in a business',
    answers: RoleView,
    reads: ['businesses'],
    refuses: ['role.not_found'],
  })
  async getRole(
    @IdParam('id') id: Uuid,
    @Param('role') role: string,
    @InScope() scope: Scope,
  ): Promise<Answer<RoleView>> {
    return partOf(found(await this.queries.find(scope, id)), roleView(role, await this.rolesIn(scope)));
  }

  @Command('PUT', '', {
    access: WRITE,
    summary: 'Set which roles there are, and what they may do',
    answers: RoleList,
    refuses: ['business.closed', 'role.fixed', 'role.forbidden', 'role.in_use', 'role.repeated', 'role.too_many'],
    standing: true,
  })
  async setRoles(
    @IdParam('id') id: Uuid,
    @Body() { items }: RolesBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<RoleList>> {
    const roles = Object.fromEntries(items.map(({ role, permissions }) => [role, permissions]));
    ensure(Object.keys(roles).length === items.length, 'role.repeated', { path: 'items' });
    await this.ensureUnused(id, roles, context.scope);
    const outcome = await this.commands.send(new SetRoles(id, roles, context));
    return result(outcome, roleList(outcome.known.roles));
  }

  @Command('PUT', ':role', {
    access: WRITE,
    summary: 'Set what a role may do; one that there was not is made',
    answers: RoleView,
    refuses: ['business.closed', 'role.fixed', 'role.forbidden', 'role.too_many'],
    standing: true,
  })
  async setRole(
    @IdParam('id') id: Uuid,
    @Param('role') role: string,
    @Body() { permissions }: RoleBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<RoleView>> {
    const outcome = await this.commands.send(new SetRole(id, roleNamed(role), permissions, context));
    return result(outcome, roleView(role, outcome.known.roles));
  }

  private async rolesIn(scope: Scope): Promise<OwnRoles> {
    return Object.fromEntries((await this.queries.roles(scope)).map(({ role, permissions }) => [role, permissions]));
  }

  /**
   * Throws `role.in_use` where somebody has, or is invited to, a role that is to go, as far as is known by now. Who gets it meanwhile keeps
   * what the role may do.
   */
  private async ensureUnused(businessId: Uuid, roles: OwnRoles, scope: Scope): Promise<void> {
    const { roles: before } = await this.facts.roles(businessId, 'requireLoad');
    const gone = Object.keys(before).filter((role) => !isBuiltIn(role) && !Object.hasOwn(roles, role));
    for (const role of gone) {
      const { items } = await this.staff.list(scope, { businessId, role, status: STANDING }, { limit: 1 });
      ensure(items.length === 0, 'role.in_use', { role });
    }
  }
}
