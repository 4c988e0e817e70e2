import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands, ensureRevision, SubjectErasure } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { Customer, isKnownCustomer } from '../domain/customer.decider';
import { Blocks } from './blocks';
import type { VersionedCustomer } from './customers';

/** Forgets a customer for good: nothing that was said of the person can be read from then on. Throws `customer.not_found`. */
export class EraseCustomer extends Command<VersionedCustomer> {
  constructor(
    readonly customerId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/**
 * First history says so, so that whatever dies in between is finished later ({@link FinishErasure}). Before that the
 * block of one who is blocked is kept: blocks that an earlier build made were not.
 */
@CommandHandler(EraseCustomer)
export class EraseCustomerHandler implements ICommandHandler<EraseCustomer> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly blocks: Blocks,
  ) {}

  async execute({ customerId, context }: EraseCustomer): Promise<VersionedCustomer> {
    const loaded = await this.aggregates.load(Customer, customerId, 'requireLoad');
    ensureRevision(loaded, context);
    if (isKnownCustomer(loaded.state)) await this.blocks.keep(loaded.state, context);
    const erased = await this.commands.execute(Customer, customerId, { type: 'EraseCustomer', data: {} }, context);
    await this.commands.send(new FinishErasure(customerId, context));
    return erased;
  }
}

/** Destroys the key of a customer of whom history says that they are erased. */
export class FinishErasure extends Command<void> {
  constructor(
    readonly customerId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(FinishErasure)
export class FinishErasureHandler implements ICommandHandler<FinishErasure> {
  constructor(private readonly subjects: SubjectErasure) {}

  execute({ customerId }: FinishErasure): Promise<void> {
    return this.subjects.erase(Customer.category, customerId);
  }
}
