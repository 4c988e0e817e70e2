import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  AggregateStore,
  type CommandContext,
  Commands,
  ensureRevision,
  recheckRefusal,
  stepOf,
} from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { ExceptionPlace } from '../domain/exception-place';
import { Resource } from '../domain/resource.decider';
import type { ResourceException } from '../domain/resource.events';
import { CatalogFacts } from './catalog-facts';
import type { VersionedResource } from './resources';

/** An exception from the working hours of a resource. Throws `resource.not_found`, and what the decider throws. */
export class AddException extends Command<VersionedResource> {
  constructor(
    readonly resourceId: Uuid,
    readonly exception: ResourceException,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** Where the exception is is noted first: an exception that is never added after all is simply not found. */
@CommandHandler(AddException)
export class AddExceptionHandler implements ICommandHandler<AddException> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly facts: CatalogFacts,
  ) {}

  async execute({ resourceId, exception, context }: AddException): Promise<VersionedResource> {
    const hasRun = await this.aggregates.hasRun(Resource, resourceId, context);
    if (!hasRun) await this.place(exception.exceptionId, resourceId, context);
    return this.commands.execute(Resource, resourceId, { type: 'AddException', data: exception }, context);
  }

  private async place(exceptionId: Uuid, resourceId: Uuid, context: CommandContext): Promise<void> {
    const { businessId } = await recheckRefusal((load) => this.facts.activeResource(resourceId, load));
    if (context.expectedRevisions)
      ensureRevision(await this.aggregates.load(Resource, resourceId, 'requireLoad'), context);
    const place = { type: 'PlaceException', data: { exceptionId, resourceId, businessId } } as const;
    await this.commands.execute(ExceptionPlace, exceptionId, place, stepOf(context, 'place'), 'assumeEmpty');
  }
}

/** What is given changes, the rest stays. Throws `exception.not_found`, and what the decider throws. */
export class ChangeException extends Command<VersionedResource> {
  constructor(
    readonly exceptionId: Uuid,
    readonly change: Partial<ResourceException>,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeException)
export class ChangeExceptionHandler implements ICommandHandler<ChangeException> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
  ) {}

  async execute({ exceptionId, change, context }: ChangeException): Promise<VersionedResource> {
    const resourceId = await resourceOf(this.aggregates, exceptionId);
    const data = { ...change, exceptionId };
    return this.commands.execute(Resource, resourceId, { type: 'ChangeException', data }, context);
  }
}

/** Throws `exception.not_found` for one that never was. */
export class RemoveException extends Command<VersionedResource> {
  constructor(
    readonly exceptionId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RemoveException)
export class RemoveExceptionHandler implements ICommandHandler<RemoveException> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
  ) {}

  async execute({ exceptionId, context }: RemoveException): Promise<VersionedResource> {
    const resourceId = await resourceOf(this.aggregates, exceptionId);
    return this.commands.execute(Resource, resourceId, { type: 'RemoveException', data: { exceptionId } }, context);
  }
}

const resourceOf = (aggregates: AggregateStore, exceptionId: Uuid): Promise<Uuid> =>
  recheckRefusal(async (load) => {
    const { state } = await aggregates.load(ExceptionPlace, exceptionId, load);
    if (state.status === 'none') throw new DomainError('exception.not_found');
    return state.resourceId;
  });
