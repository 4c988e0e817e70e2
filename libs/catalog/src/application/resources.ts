import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BusinessFacts } from '@yoyaku/business';
import { type CommandContext, Commands, type Load, type Versioned } from '@yoyaku/eventing';
import { ensure, type Uuid } from '@yoyaku/kernel';
import { type KnownResource, Resource, type ResourceState } from '../domain/resource.decider';
import type { ResourceDetails, ResourceKind } from '../domain/resource.events';
import { CatalogFacts } from './catalog-facts';

export type VersionedResource = Versioned<ResourceState, KnownResource>;

/** Throws `location.unknown`, `resource.unknown_member`, `business.closed`, and what the decider throws. */
export class CreateResource extends Command<VersionedResource> {
  constructor(
    readonly resource: ResourceDetails & { resourceId: Uuid; businessId: Uuid; kind: ResourceKind },
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CreateResource)
export class CreateResourceHandler implements ICommandHandler<CreateResource> {
  constructor(
    private readonly commands: Commands,
    private readonly businesses: BusinessFacts,
  ) {}

  async execute({ resource, context }: CreateResource): Promise<VersionedResource> {
    const { resourceId, businessId } = resource;
    await this.commands.check(Resource, resourceId, context, (load) =>
      ensureKnown(this.businesses, businessId, resource, load),
    );
    const command = { type: 'CreateResource', data: resource } as const;
    return this.commands.execute(Resource, resourceId, command, context, 'assumeEmpty');
  }
}

/** What is given changes, the rest stays. Throws as {@link CreateResource}, and `resource.not_found`. */
export class ChangeResource extends Command<VersionedResource> {
  constructor(
    readonly resourceId: Uuid,
    readonly change: Partial<ResourceDetails>,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeResource)
export class ChangeResourceHandler implements ICommandHandler<ChangeResource> {
  constructor(
    private readonly commands: Commands,
    private readonly businesses: BusinessFacts,
    private readonly facts: CatalogFacts,
  ) {}

  async execute({ resourceId, change, context }: ChangeResource): Promise<VersionedResource> {
    await this.commands.check(Resource, resourceId, context, async (load) => {
      const { businessId } = await this.facts.activeResource(resourceId, load);
      await ensureKnown(this.businesses, businessId, change, load);
    });
    return this.commands.execute(Resource, resourceId, { type: 'ChangeResource', data: change }, context);
  }
}

/**
 * That the location is one of the business's, and the user one of its people, or invited to be: the resource is theirs
 * once they accept, and until then nothing of the person's shows in it.
 */
async function ensureKnown(
  businesses: BusinessFacts,
  businessId: Uuid,
  { locationId = null, userId = null }: Partial<ResourceDetails>,
  load: Load,
): Promise<void> {
  const { locations } = await businesses.open(businessId, load);
  const there = locationId === null || locations[locationId]?.status === 'open';
  ensure(there, 'location.unknown', { path: 'locationId' });
  const isMember = userId === null || (await businesses.isToBeThere(businessId, userId, load));
  ensure(isMember, 'resource.unknown_member', { path: 'userId' });
}
