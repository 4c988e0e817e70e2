import { Injectable } from '@nestjs/common';
import type { Reach, Scope } from '@yoyaku/access';
import { grant } from '@yoyaku/access/grant';
import {
  ApiKeyFacts,
  BusinessFacts,
  extentOf,
  isKnownBusiness,
  isSubscriptionOver,
  type Places,
  refusalOf,
  type Standing,
} from '@yoyaku/business';
import { EventStoreUnavailable, type Load, recheckRefusal } from '@yoyaku/eventing';
import { IdentityFacts, isKnown } from '@yoyaku/identity';
import { DomainError, ensure, now, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { idFrom, idIn } from '../ids';
import { Problem } from '../problems/problem';
import {
  calledOf,
  inQuery,
  type PermissionRule,
  type Self,
  type Source,
  sourceOf,
  type VisibilityRule,
} from './access';
import { type PlatformRole, type Principal, personOf } from './principal';
import { namedBy, type Subject, Subjects } from './subjects';
import type { Thing } from './things';

type BusinessRule = PermissionRule | VisibilityRule;

/** Why somebody does not pass: they are nobody in the business, or the thing is outside their part of it, or … */
type Refusal = 'stranger' | 'unseen' | 'unseen place' | 'unknown place' | 'forbidden' | 'own';

/** Who asks. */
export type Asker = Pick<Principal, 'userId' | 'role' | 'key'>;

/** A rule, put to a request. */
interface Question {
  readonly rule: BusinessRule;
  readonly source: Source;
  readonly self: Self;
  readonly request: FastifyRequest;
  readonly user: Asker | null;
}

/** Who sees a business, and what it offers. */
export const SHOWN: VisibilityRule = { visible: inQuery('businessId') };

/** What the answer goes by: what this process remembers, or what is looked up now. */
interface Basis {
  readonly role: PlatformRole | null;
  readonly load: Load;
}

/**
 * Who may do what, and how far: what comes of a rule is a scope, or a refusal. What is granted may come from what this
 * process remembers; whatever is refused was looked up anew.
 */
@Injectable()
export class Rights {
  constructor(
    private readonly businesses: BusinessFacts,
    private readonly users: IdentityFacts,
    private readonly subjects: Subjects,
    private readonly keys: ApiKeyFacts,
  ) {}

  /**
   * Throws 403 `access.forbidden` for a member who may not, 403 `access.not_for_keys` where one can only ask for oneself, 404 `<thing>.not_found` for who does not even see it, 422
   * `location.unknown` for a place that they do not see.
   */
  async scopeOf(rule: BusinessRule, request: FastifyRequest, user: Principal | null): Promise<Scope> {
    const source = sourceOf(rule) as Source;
    const question = { rule, source, request, user, self: selfOf(rule, request, user) };
    if (user?.key && question.self === 'only') throw new Problem(403, 'access.not_for_keys');
    const scope = unasked(question);
    if (scope) return scope;
    const answer = await this.lookingTwice(user, (basis) => this.answer(question, basis));
    if (typeof answer !== 'string') return answer;
    throw problemOf(answer, question);
  }

  /**
   * How far the right by that rule goes in each of these businesses, for what an answer shows beside what was asked for.
   * Where somebody has none, there is no scope.
   */
  async scopesIn(
    businessIds: readonly Uuid[],
    rule: BusinessRule,
    request: FastifyRequest,
    user: Asker | null = request.principal,
  ): Promise<Scope[]> {
    const question = { rule, source: sourceOf(rule) as Source, request, user, self: selfOf(rule, request, user) };
    const answers = await Promise.all(
      businessIds.map((businessId) =>
        this.lookingTwice(user, (basis) => this.judge(question, { businessId, isBusiness: true }, basis)),
      ),
    );
    const theirs = user && !user.key && question.self !== 'never' ? [own(user.userId, null)] : [];
    return [...theirs, ...answers.filter((answer) => typeof answer !== 'string')];
  }

  /**
   * Whether somebody may see a thing, by what this process knows: for what is told of events. What changes a right is an
   * event itself, and those before are known.
   */
  async shows(rule: BusinessRule, thing: Thing, user: Asker, request: FastifyRequest): Promise<boolean> {
    const question = { rule, source: sourceOf(rule) as Source, request, user, self: selfOf(rule, request, user) };
    const known = await this.users.user(user.userId);
    const role = isKnown(known) ? known.role : user.role;
    const answer = await this.judge(question, { ...thing, isBusiness: false }, { role, load: 'maxStale' });
    return typeof answer !== 'string';
  }

  /** Throws 404 `business.not_found` to who does not see the business, as if it were not there. */
  async ensureShown(businessId: Uuid, request: FastifyRequest): Promise<void> {
    const [shown] = await this.scopesIn([businessId], SHOWN, request);
    if (!shown) throw new DomainError('business.not_found', { path: 'businessId' });
  }

  /**
   * Throws 403 `access.own` to a member who acts for the business on what is about themselves, unless they are its
   * owner: as `barred` does, where a request names the thing in another way.
   */
  async ensureNotOwn(businessId: Uuid, about: Uuid | null, user: Principal): Promise<void> {
    if (about !== personOf(user) || user.role === 'admin') return;
    if (await this.isOwner(businessId, user, 'requireLoad')) return;
    throw new Problem(403, 'access.own');
  }

  /**
   * Throws 422 `business.subscription_expired` where the business that the request is about takes nothing new: what its
   * people still do is carry through what stands.
   */
  async ensureTakesNew(source: Source, request: FastifyRequest): Promise<void> {
    const businessId = request.tenantId ?? (await this.businessOf(source, request));
    if (!businessId) return;
    await recheckRefusal(async (load) => {
      const business = await this.businesses.business(businessId as Uuid, load);
      const isExpired = isKnownBusiness(business) && isSubscriptionOver(business.subscription, now());
      ensure(!isExpired, 'business.subscription_expired');
    });
  }

  /** Whether they are the owner, or use a key that the owner has made. */
  private async isOwner(businessId: Uuid, { userId, key }: Asker, load: Load): Promise<boolean> {
    if (key) return (await this.keys.standing(userId, now(), load))?.isOwners === true;
    return (await this.businesses.standing(businessId, userId, load))?.role === 'owner';
  }

  /** What somebody is in a business; a key is something in its own alone. */
  private async standingOf({ userId, key }: Asker, businessId: Uuid, load: Load): Promise<Standing | null> {
    if (!key) return this.businesses.standing(businessId, userId, load);
    const known = key.businessId === businessId ? await this.keys.standing(userId, now(), load) : null;
    return known && known.businessId === businessId ? known.standing : null;
  }

  /** What is refused by what this process remembers is looked up. */
  private async lookingTwice(
    user: Asker | null,
    answer: (basis: Basis) => Promise<Scope | Refusal>,
  ): Promise<Scope | Refusal> {
    const known = await answer({ role: user?.role ?? null, load: 'maxStale' });
    if (typeof known !== 'string') return known;
    return answer({ role: await this.roleNow(user), load: 'requireLoad' });
  }

  /** The business that a request is about; undefined where it names none, or nobody knows it just now. */
  async businessOf(source: Source, request: FastifyRequest): Promise<Uuid | undefined> {
    try {
      const subject = await this.subjects.of(source, request, { userId: null, load: 'maxStale' });
      return subject?.businessId ?? undefined;
    } catch (error) {
      if (error instanceof Problem || error instanceof EventStoreUnavailable) return undefined;
      throw error;
    }
  }

  private async answer(question: Question, basis: Basis): Promise<Scope | Refusal> {
    const { source, request, user } = question;
    const userId = user && !user.key ? user.userId : null;
    const subject = await this.subjects.of(source, request, { userId, load: basis.load });
    if (!subject) return 'unseen';
    request.tenantId = subject.businessId;
    return this.judge(question, subject, basis);
  }

  private async judge(question: Question, subject: Subject, { role, load }: Basis): Promise<Scope | Refusal> {
    const { rule, request, user } = question;
    const userId = user && personOf(user);
    // Nothing is a key's own; what is about whoever made it, it does no more than they.
    const self = user?.key && question.self !== 'barred' ? 'never' : question.self;
    const { businessId } = subject;
    if ('visible' in rule) return (await this.isShown(businessId, { user, role, load })) ? shown(businessId) : 'unseen';
    const isAbout = (id: Uuid | null | undefined): boolean => userId !== null && id === userId;
    const isTheirs = isAbout(subject.owner) || (rule.orInvited === true && isAbout(subject.invited));
    if (isTheirs && (self === 'first' || self === 'always')) return own(userId as Uuid, businessId);
    if (role === 'admin') return grant('platform', whole(businessId));
    if (role === 'auditor' && rule.or === 'auditor') return grant('auditor', whole(businessId));
    const reach = user && businessId ? await this.reachOf(rule, subject, request, user, load) : 'stranger';
    if (typeof reach !== 'string') {
      const isBarred = isTheirs && self === 'barred' && !(await this.isOwner(businessId as Uuid, user as Asker, load));
      return isBarred ? 'own' : grant('business', reach);
    }
    if (isTheirs && self === 'else') return own(userId as Uuid, businessId);
    if (rule.or === 'public' && (await this.isShown(businessId, { user, role, load }))) return shown(businessId);
    return load === 'requireLoad' && userId && self === 'always' ? own(userId, null) : reach;
  }

  /** How far the right of a member of the business goes. */
  private async reachOf(
    { permission, of, at, puts }: PermissionRule,
    { isBusiness, assignee, ...subject }: Subject,
    request: FastifyRequest,
    user: Asker,
    load: Load,
  ): Promise<Reach | Refusal> {
    const businessId = subject.businessId as Uuid;
    const userId = personOf(user);
    const standing = await this.standingOf(user, businessId, load);
    if (!standing) return 'stranger';
    const { grants, locationIds } = standing;
    const isLimited = locationIds.length > 0;
    const placesNamed = at && [idFrom(namedBy(at, request), at.name)];
    const places: Places = isLimited ? (placesNamed ?? (await subject.places?.()) ?? null) : null;
    const refusal = refusalOf(standing, permission, places);
    if (refusal) return refusal === 'unseen' && at ? 'unseen place' : refusal;
    const put = isLimited && puts ? placesPut(namedBy(puts, request), 'kind' in of) : null;
    const refusedThere = put && refusalOf(standing, permission, put);
    if (refusedThere) return refusedThere === 'unseen' ? 'unknown place' : refusedThere;
    if (extentOf(grants, permission) === 'own') {
      const isTheirs = isBusiness || assignee === userId;
      return isTheirs ? { kind: 'own', userId, businessId, locationIds } : 'unseen';
    }
    return isLimited ? { kind: 'locations', businessId, locationIds } : { kind: 'business', businessId };
  }

  /** Whether the business takes bookings, and so is shown to everybody; before that its own people see it. */
  private async isShown(
    businessId: Uuid | null,
    { user, role, load }: Basis & Pick<Question, 'user'>,
  ): Promise<boolean> {
    if (!businessId) return false;
    const { status } = await this.businesses.business(businessId, load);
    if (status === 'approved') return true;
    if (status === 'none' || !user) return false;
    return role !== 'user' || (await this.standingOf(user, businessId, load)) !== null;
  }

  private async roleNow(user: Asker | null): Promise<PlatformRole | null> {
    const known = user && !user.key && (await this.users.user(user.userId, 'requireLoad'));
    return known && isKnown(known) ? known.role : (user?.role ?? null);
  }
}

/** What needs no look at anything: who asks for themselves alone, or names no business where none need be named. */
function unasked({ rule, source, self, request, user }: Question): Scope | undefined {
  const named = 'kind' in source ? undefined : namedBy(source, request);
  if (user && self === 'only') return own(user.userId, idIn(named) ?? null);
  if (named !== undefined) return undefined;
  const everything = 'or' in rule && rule.or === 'auditor' ? everythingFor(user) : undefined;
  if (everything || 'kind' in source) return everything;
  if ('visible' in rule || rule.or === 'public') return grant('public', { kind: 'listed' });
  if (!user || user.key || self !== 'always') return undefined;
  return user.role === 'admin' ? everythingFor(user) : own(user.userId, null);
}

/** What the platform's own people may see, whosever it is. */
function everythingFor(user: Asker | null): Scope | undefined {
  if (user?.role === 'admin') return grant('platform', { kind: 'all' });
  return user?.role === 'auditor' ? grant('auditor', { kind: 'all' }) : undefined;
}

const selfOf = (rule: BusinessRule, request: FastifyRequest, user: Asker | null): Self => {
  if (!user || 'visible' in rule || !rule.self) return 'never';
  return typeof rule.self === 'string' ? rule.self : rule.self(request, user);
};

const own = (userId: Uuid, businessId: Uuid | null): Scope =>
  grant('self', { kind: 'own', userId, businessId, locationIds: [] });

const whole = (businessId: Uuid | null): Reach => (businessId ? { kind: 'business', businessId } : { kind: 'all' });

const shown = (businessId: Uuid | null): Scope => grant('public', whole(businessId));

/**
 * Where a request puts something, `null` where it does not say so of a thing that is somewhere already. What is no id is
 * no place that anybody may put things at.
 */
function placesPut(value: unknown, isThere: boolean): readonly Uuid[] | null {
  if (value === undefined) return isThere ? null : [];
  return [value ?? []].flat().map((id) => idIn(id) ?? (String(id) as Uuid));
}

function problemOf(refusal: Refusal, { rule, source }: Question): Error {
  if (refusal === 'forbidden' || refusal === 'own') return new Problem(403, `access.${refusal}`);
  if (refusal === 'unknown place') {
    const path = 'puts' in rule ? rule.puts?.name : undefined;
    return new DomainError('location.unknown', { path });
  }
  return new Problem(404, `${refusal === 'unseen place' ? 'location' : calledOf(source)}.not_found`);
}
