import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BusinessQueries, STANDING, StaffQueries } from '@projections/business';
import type { Scope } from '@yoyaku/access';
import { TerminateStaff } from '@yoyaku/business';
import { AggregateStore, type CommandContext, Commands, EventStoreDb, stepOf } from '@yoyaku/eventing';
import { ChangeUser, EraseUser, isKnown, User } from '@yoyaku/identity';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import { Consistency } from '@yoyaku/projecting';
import { type Answer, Command, Ctx, ensureFields, IdParam, Problem, Query, result } from '../conventions';
import { ChangeUserBody } from './identity.dto';
import { ErasedUserView, erasedUserView, UserView, userView } from './identity.views';

/** Of how many businesses somebody is looked up as a member at a time. */
const AT_A_TIME = 200;

/** How long an erasure waits for the read models that it asks, in milliseconds. */
const PATIENCE = 5_000;

/** What the platform's admins see to: who is one of them or an auditor, who may sign in, and who is to be forgotten. */
@ApiTags('Users')
@Controller('users/:id')
export class AdminUsersController {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly staff: StaffQueries,
    private readonly businesses: BusinessQueries,
    private readonly store: EventStoreDb,
    private readonly consistency: Consistency,
  ) {}

  /** No read model is asked, so this is what stands in the stream. */
  @Query('', {
    access: 'admin',
    summary: 'One user',
    answers: [UserView, ErasedUserView],
    refuses: ['user.not_found'],
  })
  async getUser(@IdParam('id') id: Uuid): Promise<UserView | ErasedUserView> {
    const user = await this.aggregates.load(User, id, 'requireLoad');
    return user.state.status === 'erased' ? erasedUserView(user) : userView(user);
  }

  @Command('PATCH', '', {
    access: 'admin',
    summary: 'Give a user a role of the platform or take it, disable them or enable them again',
    answers: UserView,
    refuses: ['identity.last_admin', 'identity.user_disabled', 'user.not_found'],
  })
  async changeUser(
    @IdParam('id') id: Uuid,
    @Body() { role, disabled, reason }: ChangeUserBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<UserView>> {
    ensureFields([[reason !== undefined && !disabled, { path: 'reason', code: 'unknown_field' }]]);
    const change = { role, disabled: disabled ? (reason ?? '') : disabled === false ? null : undefined };
    const outcome = await this.commands.send(new ChangeUser(id, change, context));
    return result(outcome, userView(outcome));
  }

  @Command('POST', 'erase', {
    access: 'admin',
    summary: 'Forget a user for good, in history too; what they did stays, without a name',
    description: 'Their memberships end. Businesses keep what they know of them as a customer, until that is erased.',
    answers: ErasedUserView,
    refuses: ['identity.last_admin', 'user.not_found', 'user.owns_business'],
  })
  async eraseUser(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<ErasedUserView>> {
    const { state } = await this.aggregates.load(User, id, 'requireLoad');
    if (state.status !== 'erased' && !isKnown(state)) throw new DomainError('user.not_found');
    await this.ensureAllIsSeen();
    await this.ensureOwnsNothing(id, context.scope);
    await this.endMemberships(id, context);
    const outcome = await this.commands.send(new EraseUser(id, context));
    return result(outcome, erasedUserView(outcome));
  }

  /** Of what has been stored so far, read models show all: also a business or a membership that is a moment old. */
  private async ensureAllIsSeen(): Promise<void> {
    const position = await this.store.head();
    const isSeen = await this.consistency.waitFor(['businesses', 'staff'], position, { timeoutMs: PATIENCE });
    if (!isSeen) throw new Problem(503, 'projection.behind', { headers: { 'retry-after': '1' } });
  }

  private async ensureOwnsNothing(ownerId: Uuid, scope: Scope): Promise<void> {
    const { items } = await this.businesses.list(scope, { ownerId }, { limit: AT_A_TIME });
    ensure(
      items.every(({ status }) => status === 'closed'),
      'user.owns_business',
    );
  }

  private async endMemberships(userId: Uuid, context: CommandContext): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.staff.list(context.scope, { userId, status: STANDING }, { limit: AT_A_TIME, cursor });
      for (const { id } of page.items) await this.commands.send(new TerminateStaff(id, stepOf(context, `end ${id}`)));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
  }
}
