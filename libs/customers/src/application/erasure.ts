import { Injectable } from '@nestjs/common';
import { type CommandContext, Commands, type Outcome, SubjectErasure } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { Customer, type ErasedCustomer } from '../domain/customer.decider';

/** The right to be forgotten. */
@Injectable()
export class Erasure {
  constructor(
    private readonly commands: Commands,
    private readonly subjects: SubjectErasure,
  ) {}

  /**
   * Forgets a customer for good: nothing that was said of the person can be read from then on. First history says so,
   * so that whatever dies in between is finished later ({@link finish}). Throws `customer.not_found`.
   */
  async erase(customerId: Uuid, context: CommandContext): Promise<Outcome<ErasedCustomer>> {
    const outcome = await this.commands.execute(Customer, customerId, { type: 'EraseCustomer', data: {} }, context);
    await this.finish(customerId);
    return outcome as Outcome<ErasedCustomer>;
  }

  /** Destroys the key of a customer of whom history says that they are erased. */
  finish(customerId: Uuid): Promise<void> {
    return this.subjects.erase(Customer.category, customerId);
  }
}
