import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { StaffQueries } from '@projections/business';
import { BusinessFacts, type KnownMember, Membership, Staff } from '@yoyaku/business';
import type { CommandContext } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import {
  type Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  inBody,
  ofAggregate,
  type Principal,
  Query,
  QueryString,
  Rights,
  result,
  type Shown,
  User,
  versionOf,
} from '../conventions';
import { Scopes } from './scopes';
import { AssignmentPage, AssignmentsQuery, AssignmentView, AssignStaffBody, ChangeAssignmentBody } from './staff.dto';

const WRITE = { permission: 'staff:write', tenant: ofAggregate(Membership, 'id') };

@ApiTags('Assignments')
@Controller('staff/assignments')
export class StaffController {
  constructor(
    private readonly staff: Staff,
    private readonly queries: StaffQueries,
    private readonly scopes: Scopes,
    private readonly rights: Rights,
    private readonly facts: BusinessFacts,
  ) {}

  @Command('POST', '', {
    access: { permission: 'staff:write', tenant: inBody('businessId') },
    summary: 'Give somebody a role in a business; only owners appoint owners and managers',
    creates: AssignmentView,
  })
  async assignStaff(
    @Body() body: AssignStaffBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<AssignmentView>> {
    await this.ensureMayAssign(user, body.businessId, body.locationIds ?? []);
    const outcome = await this.staff.assign({ locationIds: [], specializations: [], ...body }, context);
    return created(outcome, viewOf(outcome), `/staff/assignments/${outcome.id}`);
  }

  @Query('', {
    access: 'user',
    summary: 'Who works where as what: all of a business for its owner and managers, one’s own for others',
    answers: AssignmentPage,
    refuses: [404],
    reads: ['staff'],
  })
  async listAssignments(@QueryString() { limit, cursor, sort, ...filter }: AssignmentsQuery, @User() user: Principal) {
    const { businessId } = filter;
    const scope = businessId && (await this.scopes.of(user, 'staff:read', businessId));
    const visible =
      scope === 'all'
        ? { ...filter, within: await this.rights.limitsOf(user, businessId as Uuid) }
        : { ...filter, userId: user.userId };
    return this.queries.list(visible, { limit, cursor, sort });
  }

  @Query(':id', {
    access: {
      permission: 'staff:read',
      tenant: ofAggregate(Membership, 'id'),
      orSelf: (state, { userId }) => state.status !== 'none' && state.userId === userId,
    },
    summary: 'An assignment',
    answers: AssignmentView,
    reads: ['staff'],
  })
  async getAssignment(@IdParam('id') id: Uuid, @User() user: Principal) {
    const assignment = await this.queries.find(id);
    const own = assignment?.userId === user.userId;
    if (!assignment || !(own || (await this.scopes.of(user, 'staff:read', assignment.businessId)) === 'all')) {
      throw new DomainError('member.not_found');
    }
    return assignment;
  }

  @Command('PUT', ':id', { access: WRITE, summary: 'Change what is given of an assignment', answers: AssignmentView })
  async changeAssignment(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeAssignmentBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<AssignmentView>> {
    if (change.locationIds)
      await this.ensureMayAssign(user, (await this.facts.member(id)).businessId, change.locationIds);
    const outcome = await this.staff.change(id, { ...change }, context);
    return result(outcome, viewOf(outcome));
  }

  @Command('DELETE', [':id', ':id/terminate'], { access: WRITE, summary: 'End an assignment' })
  async terminateAssignment(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    return done(await this.staff.terminate(id, context));
  }

  /** Nobody gives more than they have, themself included. */
  private ensureMayAssign(user: Principal, businessId: Uuid, locationIds: readonly Uuid[]): Promise<void> {
    return this.rights.ensureMayPut(user, 'staff:write', businessId, { locationIds, path: 'locationIds' });
  }
}

function viewOf(outcome: Shown<KnownMember>): AssignmentView {
  const { memberId: _, locationIds, specializations, ...member } = outcome.known;
  return {
    ...member,
    ...versionOf(outcome),
    locationIds: [...locationIds],
    specializations: [...specializations],
  };
}
