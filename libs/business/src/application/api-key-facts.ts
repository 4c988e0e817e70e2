import { Injectable } from '@nestjs/common';
import { AggregateStore, type Load } from '@yoyaku/eventing';
import { IdentityFacts } from '@yoyaku/identity';
import { epochMs, type Instant, type Uuid } from '@yoyaku/kernel';
import { ApiKey, type ApiKeyState, isGoodKey, standingWith } from '../domain/api-key.decider';
import type { Standing } from '../domain/reach';
import { BusinessFacts } from './business-facts';

/** What a key is good for just now. */
export interface KeyStanding {
  readonly standing: Standing;
  readonly businessId: Uuid;
  readonly madeBy: Uuid;
  /** Whether whoever made it is the business's owner, or acts as one. */
  readonly isOwners: boolean;
}

/** What others may know of API keys. */
@Injectable()
export class ApiKeyFacts {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly businesses: BusinessFacts,
    private readonly users: IdentityFacts,
  ) {}

  /**
   * `null` where the key is not good at that moment: it has expired or was revoked, or whoever made it is disabled or has
   * left the business since. Who comes back is another member: their keys stay refused.
   */
  async standing(id: Uuid, at: Instant, load?: Load): Promise<KeyStanding | null> {
    const key = await this.key(id, load);
    if (!isGoodKey(key, at)) return null;
    const { businessId, madeBy } = key;
    const maker = await this.users.user(madeBy, load);
    if (maker.status !== 'active') return null;
    const place = await this.businesses.placeOf({ userId: madeBy, role: maker.role }, businessId, load);
    if (!place || epochMs(place.since) > epochMs(key.createdAt)) return null;
    const standing = standingWith(key, place.standing);
    return standing && { standing, businessId, madeBy, isOwners: place.standing.role === 'owner' };
  }

  /** What people call them, by their ids; what is no key is left out. */
  async names(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const named = [...new Set(ids)].map(async (id) => {
      const key = await this.key(id as Uuid);
      return key.status === 'none' ? [] : [[id, key.name] as const];
    });
    return new Map((await Promise.all(named)).flat());
  }

  private async key(id: Uuid, load?: Load): Promise<ApiKeyState> {
    return (await this.aggregates.load(ApiKey, id, load)).state;
  }
}
