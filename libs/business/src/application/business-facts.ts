import { Injectable } from '@nestjs/common';
import { AggregateStore, type Reading } from '@yoyaku/eventing';
import { DomainError, deriveUuid, ensure, type Instant, type Uuid } from '@yoyaku/kernel';
import {
  Business,
  type BusinessState,
  isKnownBusiness,
  type KnownBusiness,
  RESERVED_SLUGS,
} from '../domain/business.decider';
import { grantsWith, type KnownMember, Membership, type MembershipState } from '../domain/membership.decider';
import { grantsOf, NO_ROLES, type RolesOfBusiness } from '../domain/permissions';
import type { Standing } from '../domain/reach';
import { Vertical } from '../domain/vertical.decider';
import { SlugReservation, slugId } from './slug-reservation';

/** The one id that a user's membership of a business can have. */
export const memberId = (businessId: Uuid, userId: Uuid): Uuid => deriveUuid('member', businessId, userId);

interface Place {
  readonly standing: Standing;
  readonly since: Instant;
}

/** What other contexts may know of businesses and their people. */
@Injectable()
export class BusinessFacts {
  constructor(private readonly aggregates: AggregateStore) {}

  async business(id: Uuid, load?: Reading): Promise<BusinessState> {
    return (await this.aggregates.load(Business, id, load)).state;
  }

  /** A business that may still change. Throws `business.not_found`, `business.closed`. */
  async open(id: Uuid, load?: Reading): Promise<KnownBusiness> {
    const business = await this.business(id, load);
    if (!isKnownBusiness(business)) throw new DomainError('business.not_found');
    ensure(business.status !== 'closed', 'business.closed');
    return business;
  }

  /** The id of the business that has the slug. */
  async idBySlug(slug: string, load?: Reading): Promise<Uuid | null> {
    return (await this.aggregates.load(SlugReservation, slugId(slug), load)).state.owner;
  }

  /** Throws `business.slug_reserved`, `business.slug_taken`: as founding a business with it would just now. */
  async ensureSlugFree(slug: string, path: string): Promise<void> {
    ensure(!RESERVED_SLUGS.has(slug), 'business.slug_reserved', { path });
    ensure((await this.idBySlug(slug, 'requireLoad')) === null, 'business.slug_taken', { path });
  }

  /** Throws `business.unknown_vertical`; `null` is none. */
  async ensureVertical(verticalId: Uuid | null, load?: Reading, path = 'verticalId'): Promise<void> {
    if (verticalId === null) return;
    const { state } = await this.aggregates.load(Vertical, verticalId, load);
    ensure(state.status === 'active', 'business.unknown_vertical', { path });
  }

  async membership(businessId: Uuid, userId: Uuid, load?: Reading): Promise<MembershipState> {
    return (await this.aggregates.load(Membership, memberId(businessId, userId), load)).state;
  }

  /** Throws `member.not_found`. */
  async member(id: Uuid): Promise<KnownMember> {
    const { state } = await this.aggregates.load(Membership, id);
    if (state.status === 'none') throw new DomainError('member.not_found');
    return state;
  }

  async roles(businessId: Uuid, load?: Reading): Promise<RolesOfBusiness> {
    const business = await this.business(businessId, load);
    return isKnownBusiness(business) ? { roles: business.roles, formerRoles: business.formerRoles } : NO_ROLES;
  }

  /** As {@link standing}, the role alone. */
  async role(businessId: Uuid, userId: Uuid, load?: Reading): Promise<string | null> {
    return (await this.standing(businessId, userId, load))?.role ?? null;
  }

  /** What the user is there: the owner, for who made it; `null` for a stranger, or where there is no business. */
  async standing(businessId: Uuid, userId: Uuid, load?: Reading): Promise<Standing | null> {
    return (await this.place(businessId, userId, load))?.standing ?? null;
  }

  /** Whether the user is there, or is invited to be. */
  async isToBeThere(businessId: Uuid, userId: Uuid, load?: Reading): Promise<boolean> {
    if ((await this.membership(businessId, userId, load)).status === 'invited') return true;
    return (await this.standing(businessId, userId, load)) !== null;
  }

  /** Since when the user is there without a break; `null` where {@link standing} is. */
  async memberSince(businessId: Uuid, userId: Uuid): Promise<Instant | null> {
    return (await this.place(businessId, userId))?.since ?? null;
  }

  /** The same with since when; platform admins act as owners of every business. */
  async placeOf(
    { userId, role }: { readonly userId: Uuid; readonly role: string },
    businessId: Uuid,
    load?: Reading,
  ): Promise<Place | null> {
    if (role !== 'admin') return this.place(businessId, userId, load);
    const business = await this.business(businessId, load);
    return isKnownBusiness(business) ? { standing: OWNER, since: business.createdAt } : null;
  }

  private async place(businessId: Uuid, userId: Uuid, load?: Reading): Promise<Place | null> {
    const business = await this.business(businessId, load);
    if (!isKnownBusiness(business)) return null;
    if (business.ownerId === userId) return { standing: OWNER, since: business.createdAt };
    const membership = await this.membership(businessId, userId, load);
    const isTheirs = 'userId' in membership && membership.businessId === businessId && membership.userId === userId;
    if (!isTheirs || membership.status !== 'active') return null;
    const { role, locationIds, permissions, createdAt, since } = membership;
    return {
      standing: { role, grants: grantsWith(role, permissions, business), locationIds },
      since: since ?? createdAt,
    };
  }
}

export const OWNER: Standing = { role: 'owner', grants: grantsOf('owner'), locationIds: [] };
