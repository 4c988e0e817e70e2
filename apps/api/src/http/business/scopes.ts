import { Injectable } from '@nestjs/common';
import { BusinessFacts, type Scope, scopeOf } from '@yoyaku/business';
import type { Uuid } from '@yoyaku/kernel';
import type { Principal } from '../conventions';

/** How far rights go: to all that belongs to a business, or to one's own. */
@Injectable()
export class Scopes {
  constructor(private readonly facts: BusinessFacts) {}

  /** `null` where the user has no such right; platform admins have all. */
  async of({ userId, role }: Principal, permission: string, businessId: Uuid): Promise<Scope | null> {
    if (role === 'admin') return 'all';
    const inBusiness = await this.facts.role(businessId, userId);
    return inBusiness && scopeOf(inBusiness, permission);
  }

  /** Whether the user's right covers what is assigned to that member. */
  async cover(
    user: Principal,
    permission: string,
    { businessId, assignedTo }: { readonly businessId: Uuid; readonly assignedTo: Uuid | null },
  ): Promise<boolean> {
    const scope = await this.of(user, permission, businessId);
    return scope === 'all' || (scope === 'own' && assignedTo === user.userId);
  }
}
