import { Injectable } from '@nestjs/common';
import { BusinessFacts } from '@yoyaku/business';
import { type CommandContext, Commands, type Outcome, stepOf } from '@yoyaku/eventing';
import { IdentityFacts } from '@yoyaku/identity';
import { ensure, type Uuid } from '@yoyaku/kernel';
import { ExceptionPlace } from '../domain/exception-place';
import { type KnownResource, Resource, type ResourceCommand } from '../domain/resource.decider';
import type { ResourceDetails, ResourceException, ResourceKind } from '../domain/resource.events';

/** Resources, and the exceptions from their working hours. */
@Injectable()
export class Resources {
  constructor(
    private readonly commands: Commands,
    private readonly businesses: BusinessFacts,
    private readonly identity: IdentityFacts,
  ) {}

  /** Throws `location.unknown`, `resource.unknown_user`, `business.closed`, and what the decider throws. */
  async create(
    resource: ResourceDetails & { resourceId: Uuid; businessId: Uuid; kind: ResourceKind },
    context: CommandContext,
  ): Promise<Outcome<KnownResource>> {
    const { resourceId, businessId } = resource;
    await this.ensureKnown(businessId, resource);
    const command = { type: 'CreateResource', data: resource } as const;
    return (await this.commands.create(Resource, resourceId, command, context)) as Outcome<KnownResource>;
  }

  /** What is given changes, the rest stays. Throws as {@link create}, and `resource.not_found`. */
  async change(
    { resourceId, businessId }: KnownResource,
    change: Partial<ResourceDetails>,
    context: CommandContext,
  ): Promise<Outcome<KnownResource>> {
    await this.ensureKnown(businessId, change);
    return this.execute(resourceId, { type: 'ChangeResource', data: change }, context);
  }

  /** Where the exception is is noted first: an exception that is never added after all is simply not found. */
  async addException(
    { resourceId, businessId }: KnownResource,
    exception: ResourceException,
    context: CommandContext,
  ): Promise<Outcome<KnownResource>> {
    const { exceptionId } = exception;
    const place = { type: 'PlaceException', data: { exceptionId, resourceId, businessId } } as const;
    await this.commands.create(ExceptionPlace, exceptionId, place, stepOf(context, 'place'));
    return this.execute(resourceId, { type: 'AddException', data: exception }, context);
  }

  private async execute(id: Uuid, command: ResourceCommand, context: CommandContext): Promise<Outcome<KnownResource>> {
    return (await this.commands.execute(Resource, id, command, context)) as Outcome<KnownResource>;
  }

  private async ensureKnown(
    businessId: Uuid,
    { locationId = null, userId = null }: Partial<ResourceDetails>,
  ): Promise<void> {
    const { locations } = await this.businesses.open(businessId);
    const there = locationId === null || locations[locationId]?.status === 'open';
    ensure(there, 'location.unknown', { path: 'locationId' });
    const known = userId === null || (await this.identity.user(userId)).status === 'active';
    ensure(known, 'resource.unknown_user', { path: 'userId' });
  }
}
