import { Injectable } from '@nestjs/common';
import { BusinessQueries, type BusinessRow } from '@projections/business';
import { BusinessFacts, isKnownBusiness } from '@yoyaku/business';
import type { Load } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import type { Principal } from '../conventions';

/** Which businesses a user, or nobody in particular, gets to see: approved ones, and those one works for. */
@Injectable()
export class VisibleBusinesses {
  constructor(
    private readonly facts: BusinessFacts,
    private readonly queries: BusinessQueries,
  ) {}

  /** Throws `business.not_found`. */
  async ensure(businessId: Uuid, user: Principal | null): Promise<void> {
    if (!(await this.isVisible(businessId, user))) throw new DomainError('business.not_found');
  }

  async isVisible(businessId: Uuid, user: Principal | null): Promise<boolean> {
    const isSeen = async (load: Load): Promise<boolean> => {
      const business = await this.facts.business(businessId, load);
      return isKnownBusiness(business) && this.shows(businessId, business.status, user);
    };
    return (await isSeen('maxStale')) || (await isSeen('requireLoad'));
  }

  /** The business as queries show it. Throws `business.not_found`. */
  async find(businessId: Uuid, user: Principal | null): Promise<BusinessRow> {
    return this.checked(await this.queries.find(businessId), user);
  }

  /** Throws `business.not_found`. */
  async findBySlug(slug: string, user: Principal | null): Promise<BusinessRow> {
    return this.checked(await this.queries.findBySlug(slug), user);
  }

  private async checked(business: BusinessRow | undefined, user: Principal | null): Promise<BusinessRow> {
    if (business && (await this.shows(business.id, business.status, user))) return business;
    throw new DomainError('business.not_found');
  }

  private async shows(businessId: Uuid, status: string, user: Principal | null): Promise<boolean> {
    if (status === 'approved') return true;
    if (!user) return false;
    return user.role !== 'user' || (await this.facts.role(businessId, user.userId)) !== null;
  }
}
