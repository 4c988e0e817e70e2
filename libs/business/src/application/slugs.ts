import { Injectable } from '@nestjs/common';
import {
  AggregateStore,
  type CommandContext,
  Commands,
  ConcurrencyConflict,
  stepOf,
  systemStepOf,
  type Versioned,
} from '@yoyaku/eventing';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import { Business, type BusinessState, isKnownBusiness, type KnownBusiness } from '../domain/business.decider';
import { SlugReservation, slugId } from './slug-reservation';

export type VersionedBusiness = Versioned<BusinessState, KnownBusiness>;

/** Takes a business and its slug together. */
@Injectable()
export class Slugs {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
  ) {}

  /** Slugs that the business had before: a request that died may have changed it and not let go of the old one. */
  async releaseFormer({ known }: VersionedBusiness, context: CommandContext): Promise<void> {
    const former = new Set<string>();
    for await (const event of this.aggregates.history(Business, known.businessId)) {
      if (event.type === 'BusinessCreated' || event.type === 'BusinessProfileChanged') former.add(event.data.slug);
    }
    former.delete(known.slug);
    for (const slug of former) await this.release(slug, known.businessId, context);
  }

  /** Runs with the slug reserved. When the command is refused, the slug is given back unless the business has it. */
  async holding(
    slug: string,
    businessId: Uuid,
    context: CommandContext,
    run: () => Promise<VersionedBusiness>,
  ): Promise<VersionedBusiness> {
    await this.reserve(slug, businessId, context);
    try {
      return await run();
    } catch (error) {
      const refused = error instanceof DomainError || error instanceof ConcurrencyConflict;
      const { state } = await this.aggregates.load(Business, businessId, refused ? 'requireLoad' : 'maxStale');
      if (refused && !(isKnownBusiness(state) && state.slug === slug)) {
        await this.reservation('ReleaseName', slug, businessId, context, 'release');
      }
      throw error;
    }
  }

  /** Lets go of a slug that the business no longer has. */
  release(slug: string, businessId: Uuid, context: CommandContext): Promise<void> {
    return this.reservation('ReleaseName', slug, businessId, context, `release-${slug}`);
  }

  /**
   * If two want the same slug, the first to reserve it wins. If a request died after it reserved the slug and before
   * its business existed, another may take the reservation over; but first that business is closed for good, so that it
   * cannot appear later.
   */
  private async reserve(slug: string, businessId: Uuid, context: CommandContext): Promise<void> {
    try {
      await this.reservation('ReserveName', slug, businessId, context, 'reserve');
    } catch (error) {
      const { owner } = (await this.aggregates.load(SlugReservation, slugId(slug), 'requireLoad')).state;
      if (!(error instanceof DomainError) || !owner) throw error;
      const abandon = { type: 'AbandonBusinessCreation', data: { businessId: owner } } as const;
      await this.commands.execute(Business, owner, abandon, systemStepOf(context, 'abandon'));
      await this.reservation('ReleaseName', slug, owner, context, 'release-abandoned');
      await this.reservation('ReserveName', slug, businessId, context, 'reserve-again');
    }
  }

  private async reservation(
    type: 'ReserveName' | 'ReleaseName',
    slug: string,
    owner: Uuid,
    context: CommandContext,
    step: string,
  ): Promise<void> {
    const command = { type, data: { owner } } as const;
    const { state } = await this.commands.execute(SlugReservation, slugId(slug), command, stepOf(context, step));
    ensure(type === 'ReleaseName' || state.owner === owner, 'business.slug_taken', { path: 'slug' });
  }
}
