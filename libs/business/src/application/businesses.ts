import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands, ensureRevision } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { Business, isKnownBusiness } from '../domain/business.decider';
import type { BusinessProfile } from '../domain/business.events';
import { BusinessFacts } from './business-facts';
import { Slugs, type VersionedBusiness } from './slugs';

export interface NewBusiness extends BusinessProfile {
  readonly businessId: Uuid;
  readonly ownerId: Uuid;
  readonly currency: string;
  /** How long it may be used before its subscription begins; 0: there are no trials. */
  readonly trialDays?: number;
}

/** Throws `business.slug_taken`, `business.id_taken`, `business.unknown_vertical`. */
export class CreateBusiness extends Command<VersionedBusiness> {
  constructor(
    readonly business: NewBusiness,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CreateBusiness)
export class CreateBusinessHandler implements ICommandHandler<CreateBusiness> {
  constructor(
    private readonly commands: Commands,
    private readonly slugs: Slugs,
    private readonly facts: BusinessFacts,
  ) {}

  async execute({ business, context }: CreateBusiness): Promise<VersionedBusiness> {
    const { slug, businessId, verticalId } = business;
    await this.commands.check(Business, businessId, context, (load) => this.facts.ensureVertical(verticalId, load));
    return this.slugs.holding(slug, businessId, context, () =>
      this.commands.execute(Business, businessId, { type: 'CreateBusiness', data: business }, context, 'assumeEmpty'),
    );
  }
}

/** What is given changes, the rest stays. Throws as {@link CreateBusiness}, `business.not_found`, `business.closed`. */
export class ChangeBusinessProfile extends Command<VersionedBusiness> {
  constructor(
    readonly businessId: Uuid,
    readonly change: Partial<BusinessProfile>,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeBusinessProfile)
export class ChangeBusinessProfileHandler implements ICommandHandler<ChangeBusinessProfile> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly slugs: Slugs,
    private readonly facts: BusinessFacts,
  ) {}

  async execute({ businessId, change, context }: ChangeBusinessProfile): Promise<VersionedBusiness> {
    const loaded = await this.aggregates.load(Business, businessId, 'requireLoad');
    ensureRevision(loaded, context);
    const before = loaded.state;
    const { verticalId = null } = change;
    // One that it names already may have been removed since.
    if (!isKnownBusiness(before) || before.verticalId !== verticalId)
      await this.commands.check(Business, businessId, context, (load) => this.facts.ensureVertical(verticalId, load));
    const run = () => this.commands.execute(Business, businessId, { type: 'ChangeProfile', data: change }, context);
    const { slug } = change;
    if (slug === undefined || !isKnownBusiness(before) || before.slug === slug) {
      const unmoved = await run();
      if (context.repeated && slug !== undefined) await this.slugs.releaseFormer(unmoved, context);
      return unmoved;
    }
    const moved = await this.slugs.holding(slug, businessId, context, run);
    await this.slugs.release(before.slug, businessId, context);
    return moved;
  }
}
