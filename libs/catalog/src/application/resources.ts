import { Injectable } from '@nestjs/common';
import { BusinessFacts } from '@yoyaku/business';
import {
  AggregateStore,
  type CommandContext,
  Commands,
  ensureRevision,
  type Load,
  recheckRefusal,
  stepOf,
  type Versioned,
} from '@yoyaku/eventing';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import { ExceptionPlace } from '../domain/exception-place';
import { type KnownResource, Resource, type ResourceCommand, type ResourceState } from '../domain/resource.decider';
import type { ResourceDetails, ResourceException, ResourceKind } from '../domain/resource.events';

/** Resources, and the exceptions from their working hours. */
@Injectable()
export class Resources {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly businesses: BusinessFacts,
  ) {}

  /** Throws `location.unknown`, `resource.unknown_member`, `business.closed`, and what the decider throws. */
  async create(
    resource: ResourceDetails & { resourceId: Uuid; businessId: Uuid; kind: ResourceKind },
    context: CommandContext,
  ): Promise<Versioned<ResourceState, KnownResource>> {
    const { resourceId, businessId } = resource;
    await recheckRefusal((load) => this.ensureKnown(businessId, resource, load));
    const command = { type: 'CreateResource', data: resource } as const;
    return this.commands.execute(Resource, resourceId, command, context, 'assumeEmpty');
  }

  /** What is given changes, the rest stays. Throws as {@link create}, and `resource.not_found`. */
  async change(
    resourceId: Uuid,
    change: Partial<ResourceDetails>,
    context: CommandContext,
  ): Promise<Versioned<ResourceState, KnownResource>> {
    const { businessId } = await this.active(resourceId);
    await recheckRefusal((load) => this.ensureKnown(businessId, change, load));
    return this.execute(resourceId, { type: 'ChangeResource', data: change }, context);
  }

  /** Where the exception is is noted first: an exception that is never added after all is simply not found. */
  async addException(
    resourceId: Uuid,
    exception: ResourceException,
    context: CommandContext,
  ): Promise<Versioned<ResourceState, KnownResource>> {
    const { businessId } = await this.active(resourceId);
    if (context.expectedRevisions)
      ensureRevision(await this.aggregates.load(Resource, resourceId, 'requireLoad'), context);
    const { exceptionId } = exception;
    const place = { type: 'PlaceException', data: { exceptionId, resourceId, businessId } } as const;
    await this.commands.execute(ExceptionPlace, exceptionId, place, stepOf(context, 'place'), 'assumeEmpty');
    return this.execute(resourceId, { type: 'AddException', data: exception }, context);
  }

  /** What is given changes, the rest stays. Throws `exception.not_found`, and what the decider throws. */
  async changeException(
    exceptionId: Uuid,
    change: Partial<ResourceException>,
    context: CommandContext,
  ): Promise<Versioned<ResourceState, KnownResource>> {
    const data = { ...change, exceptionId };
    return this.execute(await this.placeOf(exceptionId), { type: 'ChangeException', data }, context);
  }

  /** Throws `exception.not_found` for one that never was. */
  async removeException(exceptionId: Uuid, context: CommandContext): Promise<Versioned<ResourceState, KnownResource>> {
    const command = { type: 'RemoveException', data: { exceptionId } } as const;
    return this.execute(await this.placeOf(exceptionId), command, context);
  }

  private async placeOf(exceptionId: Uuid): Promise<Uuid> {
    return recheckRefusal(async (load) => {
      const { state } = await this.aggregates.load(ExceptionPlace, exceptionId, load);
      if (state.status === 'none') throw new DomainError('exception.not_found');
      return state.resourceId;
    });
  }

  private async active(resourceId: Uuid): Promise<KnownResource> {
    return recheckRefusal(async (load) => {
      const { state } = await this.aggregates.load(Resource, resourceId, load);
      if (state.status !== 'active') throw new DomainError('resource.not_found');
      return state;
    });
  }

  private async execute(
    id: Uuid,
    command: ResourceCommand,
    context: CommandContext,
  ): Promise<Versioned<ResourceState, KnownResource>> {
    return this.commands.execute(Resource, id, command, context);
  }

  private async ensureKnown(
    businessId: Uuid,
    { locationId = null, userId = null }: Partial<ResourceDetails>,
    load: Load,
  ): Promise<void> {
    const { locations } = await this.businesses.open(businessId, load);
    const there = locationId === null || locations[locationId]?.status === 'open';
    ensure(there, 'location.unknown', { path: 'locationId' });
    const isMember = userId === null || (await this.businesses.role(businessId, userId, load)) !== null;
    ensure(isMember, 'resource.unknown_member', { path: 'userId' });
  }
}
