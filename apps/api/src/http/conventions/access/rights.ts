import { Injectable } from '@nestjs/common';
import { BusinessFacts, permits } from '@yoyaku/business';
import { AggregateStore, EventStoreUnavailable } from '@yoyaku/eventing';
import { IdentityFacts, isKnown } from '@yoyaku/identity';
import { isUuid, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { idFrom } from '../ids';
import { Problem } from '../problems/problem';
import type { IdSource, PermissionRule, TenantSource } from './access';
import type { Principal } from './principal';

/** What a request is about: a business, and the state of the thing in it, where a rule names one. */
interface Subject {
  readonly businessId: Uuid;
  readonly state?: unknown;
  /** What a stranger is told is not there. */
  readonly what: string;
}

/** Who may do what in which business. Whatever is refused was looked up anew; what is granted may come from cache. */
@Injectable()
export class Rights {
  constructor(
    private readonly businesses: BusinessFacts,
    private readonly users: IdentityFacts,
    private readonly aggregates: AggregateStore,
  ) {}

  /** Whether the user may do this in that business. */
  async may(user: Principal, permission: string, businessId: Uuid): Promise<boolean> {
    return (await this.refusal(user, permission, businessId)) === null;
  }

  /** Throws 403 `access.forbidden` for a member without the permission, 404 `business.not_found` for a stranger. */
  async ensureMay(user: Principal, permission: string, businessId: Uuid): Promise<void> {
    const refusal = await this.refusal(user, permission, businessId);
    if (refusal === 'member') throw new Problem(403, 'access.forbidden');
    if (refusal === 'stranger') throw new Problem(404, 'business.not_found');
  }

  /** Throws as {@link ensureMay}; of what is named through an aggregate, 404 is that thing's own. */
  async ensure(rule: PermissionRule<never>, request: FastifyRequest, user: Principal): Promise<void> {
    const { businessId, state, what } = await this.subjectOf(rule.tenant, request);
    request.tenantId = businessId;
    if (rule.orRole === user.role || rule.orSelf?.(state as never, user)) return;
    const refusal = await this.refusal(user, rule.permission, businessId);
    if (refusal === 'member') throw new Problem(403, 'access.forbidden');
    if (refusal === 'stranger') throw new Problem(404, `${what}.not_found`);
  }

  /** The business that a request is about; undefined where it names none, or nobody knows it just now. */
  async businessOf(source: TenantSource<never>, request: FastifyRequest): Promise<Uuid | undefined> {
    try {
      return (await this.subjectOf(source, request)).businessId;
    } catch (error) {
      if (error instanceof Problem || error instanceof EventStoreUnavailable) return undefined;
      throw error;
    }
  }

  private async refusal(user: Principal, permission: string, businessId: Uuid): Promise<'member' | 'stranger' | null> {
    if (user.role === 'admin') return null;
    const known = await this.businesses.role(businessId, user.userId);
    if (known && permits(known, permission)) return null;
    const [role, asUser] = await Promise.all([
      this.businesses.role(businessId, user.userId, { fresh: true }),
      this.users.user(user.userId, { fresh: true }),
    ]);
    if ((isKnown(asUser) && asUser.role === 'admin') || (role && permits(role, permission))) return null;
    return role ? 'member' : 'stranger';
  }

  private async subjectOf(source: TenantSource<never>, request: FastifyRequest): Promise<Subject> {
    if (!('aggregate' in source)) return { businessId: idIn(source, request), what: 'business' };
    const { aggregate } = source;
    const id = idIn(source.id, request);
    const known = await this.aggregates.load(aggregate, id);
    const { state, revision } = known.revision < 0 ? await this.aggregates.load(aggregate, id, { fresh: true }) : known;
    const businessId = aggregate.tenantOf(state);
    if (revision < 0 || !isUuid(businessId)) throw new Problem(404, `${aggregate.category}.not_found`);
    return { businessId, state, what: aggregate.category };
  }
}

const idIn = ({ part, name }: IdSource, request: FastifyRequest): Uuid =>
  idFrom((request[part] as Readonly<Record<string, unknown>> | null | undefined)?.[name], name);
