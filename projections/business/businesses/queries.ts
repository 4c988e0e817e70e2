import { Injectable } from '@nestjs/common';
import type { Ownership, Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels, type Selection } from '@yoyaku/projecting';
import { In } from 'typeorm';
import {
  type BusinessRow,
  businesses,
  businessMembers,
  businessRoles,
  businessSearch,
  type LocationRow,
  locations,
  type RoleRow,
  type StoredLocation,
} from './table';

export interface BusinessFilter {
  readonly status?: string;
  readonly ownerId?: Uuid;
  readonly verticalId?: Uuid;
  /** Part of the name, in whatever spelling. */
  readonly q?: string;
}

/** Of a user's own are the businesses that they own or work for. */
const BUSINESSES: Ownership<keyof BusinessRow> = {
  business: 'id',
  owner: (row, userId) => `(${row.has('ownerId', userId)} or ${row.column('id')} in
    (select business_id from read.${businessMembers.name} where user_id = ${row.value(userId)}))`,
  listed: (row) => row.has('status', 'approved'),
};

const PARTS = { business: 'businessId' } as const;

@Injectable()
export class BusinessQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<BusinessRow | undefined> {
    return this.readModels.select(businesses, scope, BUSINESSES).where({ id }).first();
  }

  /** The ids of all that the scope shows: for one's own, those that one owns or works for. */
  async ids(scope: Scope): Promise<Uuid[]> {
    const found = await this.readModels.select(businesses, scope, BUSINESSES).where({}).only('id').all();
    return found.map(({ id }) => id);
  }

  /** Those of these ids that any of the scopes shows. */
  among(scopes: readonly Scope[], ids: readonly Uuid[]): Promise<BusinessRow[]> {
    return this.readModels
      .select(businesses, scopes, BUSINESSES)
      .where({ id: In(ids) })
      .ordered('createdAt');
  }

  /** Slugs of closed businesses are never given away, so there is one at most. */
  findBySlug(scope: Scope, slug: string): Promise<BusinessRow | undefined> {
    return this.readModels.select(businesses, scope, BUSINESSES).where({ slug }).first();
  }

  list(scope: Scope, { q, ...filter }: BusinessFilter, request: PageRequest): Promise<Page<BusinessRow>> {
    return this.readModels
      .select(businesses, scope, BUSINESSES)
      .where(filter)
      .found(q, businessSearch)
      .page(['-createdAt', 'name'], request);
  }

  /** Whether a business that is not closed is of that vertical. */
  async isNamed(verticalId: Uuid): Promise<boolean> {
    const found = await this.readModels.query<{ id: Uuid }>(
      `select id from read.businesses where vertical_id = $1 and status <> 'closed' limit 1`,
      [verticalId],
    );
    return found.length > 0;
  }

  /** How many there are of each status, and of each state of their subscriptions where they are not closed. */
  counts(): Promise<{ status: string; subscription: string; count: number }[]> {
    return this.readModels.query(
      `select status, subscription_state as subscription, count(*) as count from read.businesses group by 1, 2 order by 1, 2`,
    );
  }

  /** The roles to which the business gives permissions. */
  roles(scope: Scope): Promise<RoleRow[]> {
    return this.readModels.select(businessRoles, scope, PARTS).all();
  }

  /** An open location. */
  location(scope: Scope, id: Uuid): Promise<LocationRow | undefined> {
    return this.openLocations(scope).where({ id }).first();
  }

  locations(scope: Scope): Promise<LocationRow[]> {
    return this.openLocations(scope).ordered('name');
  }

  /** With the revision of their business, in whose stream they are. */
  private openLocations(scope: Scope): Selection<StoredLocation, LocationRow> {
    return this.readModels.select(locations, scope, PARTS).withRevisionOf(businesses, { id: 'businessId' });
  }
}
