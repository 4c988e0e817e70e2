import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { StaffQueries } from '@projections/business';
import type { Scope } from '@yoyaku/access';
import { AnswerInvitation, AssignStaff, ChangeAssignment, Membership, TerminateStaff } from '@yoyaku/business';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { AffectedBookings } from '../booking/affected-bookings';
import {
  AffectedView,
  type Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  InScope,
  inBody,
  inQuery,
  leaving,
  ofThing,
  type PermissionRule,
  Query,
  QueryString,
  result,
} from '../conventions';
import { AssignmentsQuery, AssignStaffBody, ChangeAssignmentBody } from './staff.dto';
import { AssignmentPage, AssignmentView, assignmentView } from './staff.views';

const WRITE: PermissionRule = { permission: 'staff:write', of: ofThing(Membership, 'id') };

@ApiTags('Assignments')
@Controller('staff/assignments')
export class StaffController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: StaffQueries,
    private readonly affected: AffectedBookings,
  ) {}

  @Command('POST', '', {
    access: { permission: 'staff:write', of: inBody('businessId'), puts: inBody('locationIds') },
    summary: 'Invite somebody to a role in a business; nobody gives rights that they do not have',
    description: 'They are told, and are a member when they accept. Who assigns themselves is one at once.',
    creates: AssignmentView,
    refuses: [
      'business.closed',
      'member.already_assigned',
      'member.already_owner',
      'member.forbidden',
      'member.unknown_user',
      'role.unknown',
    ],
  })
  async assignStaff(@Body() body: AssignStaffBody, @Ctx() context: CommandContext): Promise<Answer<AssignmentView>> {
    const outcome = await this.commands.send(
      new AssignStaff({ locationIds: [], specializations: [], permissions: [], ...body }, context),
    );
    return created(outcome, assignmentView(outcome), `/staff/assignments/${outcome.id}`);
  }

  @Query('', {
    access: { permission: 'staff:read', of: inQuery('businessId'), self: 'always' },
    summary: 'Who works where as what: all of a business for its owner and managers, one’s own for others',
    description: 'One’s own invitations everywhere are `?status=invited`.',
    answers: AssignmentPage,
    reads: ['staff'],
  })
  listAssignments(
    @QueryString() { limit, cursor, sort, ...filter }: AssignmentsQuery,
    @InScope() scope: Scope,
  ): Promise<AssignmentPage> {
    return this.queries.list(scope, filter, { limit, cursor, sort });
  }

  @Query(':id', {
    access: { permission: 'staff:read', of: ofThing(Membership, 'id'), self: 'else' },
    summary: 'An assignment',
    answers: AssignmentView,
    reads: ['staff'],
  })
  async getAssignment(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<AssignmentView> {
    const assignment = await this.queries.find(scope, id);
    if (!assignment) throw new DomainError('member.not_found');
    return assignment;
  }

  @Command('POST', ':id/accept', {
    access: { ...WRITE, self: 'first' },
    summary: 'Accept an invitation: one is a member from then on',
    description:
      'Only the person who is invited accepts, or declines. If it was changed since they were first invited, they accept what they have seen: its `ETag` as `If-Match`.',
    answers: AssignmentView,
    refuses: ['business.closed', 'member.invalid_transition', 'member.invitation_changed', 'member.not_invited'],
  })
  acceptInvitation(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<AssignmentView>> {
    return this.answered(id, 'AcceptInvitation', context);
  }

  @Command('POST', ':id/decline', {
    access: { ...WRITE, self: 'first' },
    summary: 'Decline an invitation; the business may invite again',
    answers: AssignmentView,
    refuses: ['member.invalid_transition', 'member.not_invited'],
    standing: true,
  })
  declineInvitation(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<AssignmentView>> {
    return this.answered(id, 'DeclineInvitation', context);
  }

  @Command('PUT', ':id', {
    access: { ...WRITE, puts: inBody('locationIds') },
    summary: 'Change what is given of an assignment',
    answers: AssignmentView,
    refuses: ['business.closed', 'member.forbidden', 'member.invalid_transition', 'role.unknown'],
    standing: true,
  })
  async changeAssignment(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeAssignmentBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<AssignmentView>> {
    const outcome = await this.commands.send(new ChangeAssignment(id, { ...change }, context));
    return result(outcome, assignmentView(outcome));
  }

  @Command('DELETE', [':id', ':id/terminate'], {
    access: { ...WRITE, self: 'first' },
    summary:
      'End an assignment, withdraw an invitation, or leave; what is booked with that person stays, and is named to who dismisses them',
    answers: AffectedView,
    refuses: ['member.forbidden'],
  })
  async terminateAssignment(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<AffectedView>> {
    const outcome = await this.commands.send(new TerminateStaff(id, context));
    const { position, known } = outcome;
    const { businessId, userId } = known;
    // What is booked in a business is no longer for who has left it.
    const isTold = context.scope.as !== 'self';
    const affected = isTold ? await this.affected.withMember(userId, { businessId, position, context }) : [];
    return leaving(done(outcome), affected);
  }

  private async answered(
    id: Uuid,
    answer: AnswerInvitation['answer'],
    context: CommandContext,
  ): Promise<Answer<AssignmentView>> {
    const outcome = await this.commands.send(new AnswerInvitation(id, answer, context));
    return result(outcome, assignmentView(outcome));
  }
}
