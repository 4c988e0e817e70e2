import { Injectable } from '@nestjs/common';
import { BusinessFacts, type Places, refusalOf } from '@yoyaku/business';
import { AggregateStore, EventStoreUnavailable, type Load } from '@yoyaku/eventing';
import { IdentityFacts, isKnown } from '@yoyaku/identity';
import { DomainError, isUuid, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { idFrom } from '../ids';
import { Problem } from '../problems/problem';
import type { IdSource, PermissionRule, TenantSource } from './access';
import { WhereThingsAre } from './places';
import type { Principal } from './principal';

/** What a request is about: a business, and the state of the thing in it, where a rule names one. */
interface Subject {
  readonly businessId: Uuid;
  readonly state?: unknown;
  /** What a stranger is told is not there. */
  readonly what: string;
  readonly where?: Where;
}

/** Asked for limited members only. */
export type Where = (load: Load) => Promise<Places>;

/**
 * Who may do what in which business, and at which of its locations: {@link refusalOf}. What lies outside a member's
 * locations is not there, as if it were another business's. Whatever is refused was looked up anew; what is granted may
 * come from cache.
 */
@Injectable()
export class Rights {
  constructor(
    private readonly businesses: BusinessFacts,
    private readonly users: IdentityFacts,
    private readonly aggregates: AggregateStore,
    private readonly places: WhereThingsAre,
  ) {}

  /** Whether the user may do this in that business, to what is there. */
  async may(user: Principal, permission: string, businessId: Uuid, where: Where = ANYWHERE): Promise<boolean> {
    return (await this.refusal(user, permission, businessId, where)) === null;
  }

  /** Throws 403 `access.forbidden` for a member who may not, 404 `business.not_found` for who does not even see it. */
  async ensureMay(user: Principal, permission: string, businessId: Uuid, where: Where = ANYWHERE): Promise<void> {
    ensureNot(await this.refusal(user, permission, businessId, where), 'business');
  }

  /**
   * Whether a member may put something at these locations; nowhere in particular only without limits. Throws 422
   * `location.unknown` of what they do not see, 403 `access.forbidden`.
   */
  async ensureMayPut(
    user: Principal,
    permission: string,
    businessId: Uuid,
    { locationIds, path }: { readonly locationIds: readonly Uuid[]; readonly path: string },
  ): Promise<void> {
    const refusal = await this.refusal(user, permission, businessId, async () => locationIds);
    if (refusal === 'unseen') throw new DomainError('location.unknown', { path });
    ensureNot(refusal, 'business');
  }

  /**
   * The locations that a member is limited to; none: no limits. Throws 404 `business.not_found` for who is no member any
   * more, whatever they were let in for.
   */
  async limitsOf({ userId, role }: Principal, businessId: Uuid): Promise<readonly Uuid[]> {
    if (role === 'admin') return [];
    const standing = await this.businesses.standing(businessId, userId);
    if (!standing) throw new Problem(404, 'business.not_found');
    return standing.locationIds;
  }

  /** Throws as {@link ensureMay}; of what is named through an aggregate, 404 is that thing's own. */
  async ensure(rule: PermissionRule, request: FastifyRequest, user: Principal): Promise<void> {
    const { businessId, state, what, where = ANYWHERE } = await this.subjectOf(rule.tenant, request);
    request.tenantId = businessId;
    if (rule.orRole === user.role || rule.orSelf?.(state, user)) return;
    const { at } = rule;
    const refusal = await this.refusal(user, rule.permission, businessId, at ? async () => [idIn(at, request)] : where);
    ensureNot(refusal, at && refusal === 'unseen' ? 'location' : what);
  }

  /** The business that a request is about; undefined where it names none, or nobody knows it just now. */
  async businessOf(source: TenantSource, request: FastifyRequest): Promise<Uuid | undefined> {
    try {
      return (await this.subjectOf(source, request)).businessId;
    } catch (error) {
      if (error instanceof Problem || error instanceof EventStoreUnavailable) return undefined;
      throw error;
    }
  }

  private async refusal(user: Principal, permission: string, businessId: Uuid, where: Where): Promise<Refusal> {
    if (user.role === 'admin') return null;
    const known = await this.refusalFor(user, permission, businessId, where, 'maxStale');
    if (known === null) return null;
    const asUser = await this.users.user(user.userId, 'requireLoad');
    if (isKnown(asUser) && asUser.role === 'admin') return null;
    return this.refusalFor(user, permission, businessId, where, 'requireLoad');
  }

  private async refusalFor(
    user: Principal,
    permission: string,
    businessId: Uuid,
    where: Where,
    load: Load,
  ): Promise<Refusal> {
    const standing = await this.businesses.standing(businessId, user.userId, load);
    if (!standing) return 'stranger';
    return refusalOf(standing, permission, standing.locationIds.length > 0 ? await where(load) : null);
  }

  private async subjectOf(source: TenantSource, request: FastifyRequest): Promise<Subject> {
    if (!('aggregate' in source)) return { businessId: idIn(source, request), what: 'business' };
    const { aggregate } = source;
    const id = idIn(source.id, request);
    const known = await this.aggregates.load(aggregate, id);
    const { state, revision } = known.revision < 0 ? await this.aggregates.load(aggregate, id, 'requireLoad') : known;
    const businessId = aggregate.tenantOf(state);
    if (revision < 0 || !isUuid(businessId)) throw new Problem(404, `${aggregate.category}.not_found`);
    const where: Where = async (load) => {
      const now = load === 'requireLoad' ? (await this.aggregates.load(aggregate, id, load)).state : state;
      return this.places.of(aggregate.category, now, load);
    };
    return { businessId, state, what: aggregate.category, where };
  }
}

type Refusal = ReturnType<typeof refusalOf> | 'stranger';

/** Of what no place is known yet, or none matters. */
const ANYWHERE: Where = async () => null;

function ensureNot(refusal: Refusal, what: string): void {
  if (refusal === 'forbidden') throw new Problem(403, 'access.forbidden');
  if (refusal !== null) throw new Problem(404, `${what}.not_found`);
}

const idIn = ({ part, name }: IdSource, request: FastifyRequest): Uuid =>
  idFrom((request[part] as Readonly<Record<string, unknown>> | null | undefined)?.[name], name);
