import type { Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { inQuery, type PermissionRule } from '../conventions';
import { type Asker, type Rights, SHOWN } from '../conventions/access/rights';
import type { Change } from './changes';

/** As `GET /bookings/:id` has it: whose booking it is, and the business's people as far as their right goes. */
const BOOKINGS: PermissionRule = { permission: 'bookings:read', of: inQuery('businessId'), self: 'first' };

/** What the business's people alone are told of: whoever the booking is for has no part in it as that. */
const OF_PEOPLE: PermissionRule = { ...BOOKINGS, self: 'never' };

/** What somebody who follows may be told of: what the queries would show them. */
export class Viewer {
  constructor(
    private readonly rights: Rights,
    private readonly user: Asker,
    private readonly request: FastifyRequest,
    /** The businesses that they work for. What they may see there is looked up with every change. */
    private readonly businessIds: Set<Uuid>,
    /** The only business that they want to be told of. */
    private readonly only: Uuid | undefined,
  ) {}

  async sees(change: Change): Promise<boolean> {
    switch (change.about) {
      case 'member':
        if (change.userId === this.user.userId) this.businessIds.add(change.businessId);
        return false;
      case 'notification':
        return change.reader === this.user.userId;
      case 'booking':
        return this.seesBooking(change);
      case 'availability': {
        const { businessId } = change.view;
        return this.follows(businessId) && this.rights.shows(SHOWN, { businessId }, this.user, this.request);
      }
    }
  }

  private async seesBooking({
    view: { businessId },
    owner,
    isInternal,
    thing,
  }: Change & { about: 'booking' }): Promise<boolean> {
    if (this.only !== undefined && businessId !== this.only) return false;
    if (owner === this.user.userId && !isInternal) return true;
    if (businessId === null || !this.follows(businessId)) return false;
    const found = await thing();
    return found !== undefined && this.rights.shows(isInternal ? OF_PEOPLE : BOOKINGS, found, this.user, this.request);
  }

  /** Whether it may be about a business of theirs; whether they see it is another question, which costs more. */
  private follows(businessId: Uuid): boolean {
    if (this.only !== undefined) return businessId === this.only;
    return this.businessIds.has(businessId) || this.user.role === 'admin';
  }
}
