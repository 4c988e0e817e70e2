import { Injectable } from '@nestjs/common';
import {
  AggregateStore,
  type CommandContext,
  Commands,
  ensureRevision,
  SubjectErasure,
  type Versioned,
} from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { Customer, type CustomerState, isKnownCustomer } from '../domain/customer.decider';
import { Blocks } from './blocks';

/** The right to be forgotten. */
@Injectable()
export class Erasure {
  constructor(
    private readonly commands: Commands,
    private readonly subjects: SubjectErasure,
    private readonly aggregates: AggregateStore,
    private readonly blocks: Blocks,
  ) {}

  /**
   * Forgets a customer for good: nothing that was said of the person can be read from then on. First history says so,
   * so that whatever dies in between is finished later ({@link finish}). Before that the block of one who is blocked is
   * kept: blocks that an earlier build made were not. Throws `customer.not_found`.
   */
  async erase(customerId: Uuid, context: CommandContext): Promise<Versioned<CustomerState>> {
    const loaded = await this.aggregates.load(Customer, customerId, 'requireLoad');
    ensureRevision(loaded, context);
    if (isKnownCustomer(loaded.state)) await this.blocks.keep(loaded.state, context);
    const outcome = await this.commands.execute(Customer, customerId, { type: 'EraseCustomer', data: {} }, context);
    await this.finish(customerId);
    return outcome;
  }

  /** Destroys the key of a customer of whom history says that they are erased. */
  finish(customerId: Uuid): Promise<void> {
    return this.subjects.erase(Customer.category, customerId);
  }
}
