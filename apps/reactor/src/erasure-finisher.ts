import { Injectable } from '@nestjs/common';
import { STANDING, StaffQueries } from '@projections/business';
import { ErasureQueries } from '@projections/customers';
import { UserQueries } from '@projections/identity';
import { TerminateStaff } from '@yoyaku/business';
import { FinishErasure } from '@yoyaku/customers';
import { Commands, EventStoreDb, stepOf, systemContext } from '@yoyaku/eventing';
import { FinishUserErasure } from '@yoyaku/identity';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { Consistency } from '@yoyaku/projecting';
import type { Duty } from './duty';

const AT_A_TIME = 200;

/** How long it waits for what read models do not show yet, in milliseconds. */
const PATIENCE = 5_000;

/**
 * Finishes erasures. It destroys a key that still exists because the request failed half-way, or because a backup of
 * PostgreSQL was restored. When no earlier request can be running any more, it also deletes the answers that were
 * stored for such requests meanwhile. Of a user it ends memberships and invitations that began while they were erased.
 */
@Injectable()
export class ErasureFinisher implements Duty {
  readonly name = 'erasure-finisher';
  readonly everyMs = 30_000;

  constructor(
    private readonly erasures: ErasureQueries,
    private readonly users: UserQueries,
    private readonly staff: StaffQueries,
    private readonly commands: Commands,
    private readonly store: EventStoreDb,
    private readonly consistency: Consistency,
  ) {}

  async *due(now: Instant, graceMs: number): AsyncIterable<() => Promise<unknown>> {
    for (const customerId of await this.erasures.unfinished(now, graceMs, AT_A_TIME))
      yield () => this.commands.send(new FinishErasure(customerId, systemContext(this.name)));
    for (const userId of await this.users.unfinishedErasures(now, graceMs, AT_A_TIME))
      yield () => this.finishUser(userId);
  }

  /** The key goes last: while it was not destroyed late enough, the user is found again. */
  private async finishUser(userId: Uuid): Promise<void> {
    const isSeen = await this.consistency.waitFor(['staff'], await this.store.head(), { timeoutMs: PATIENCE });
    if (!isSeen) throw new Error('The read model staff is behind');
    const context = systemContext(this.name);
    // It ends what an admin has ended.
    const asAdmin = { ...context, actor: { ...context.actor, role: 'admin' } };
    const { items } = await this.staff.list(context.scope, { userId, status: STANDING }, { limit: AT_A_TIME });
    for (const { id } of items) await this.commands.send(new TerminateStaff(id, stepOf(asAdmin, `end ${id}`)));
    await this.commands.send(new FinishUserErasure(userId, context));
  }
}
