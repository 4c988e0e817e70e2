import { Injectable } from '@nestjs/common';
import { Agenda } from '@yoyaku/booking';
import type { AgendaEvent } from '@yoyaku/booking/events';
import { BusinessFacts, isKnownBusiness, type KnownBusiness, Membership } from '@yoyaku/business';
import type { BusinessEvent, MembershipEvent } from '@yoyaku/business/events';
import type { ServiceEvent } from '@yoyaku/catalog/events';
import { AggregateStore } from '@yoyaku/eventing';
import { IdentityFacts, isKnown, type KnownUser } from '@yoyaku/identity';
import type { UserEvent } from '@yoyaku/identity/events';
import { DAY, epochMs, type Instant, localDate, plusMs, type Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, defineReaction, type Job, type JobHandler } from '@yoyaku/reacting';
import { Notifier } from '../application/notifier';
import { isTooLate } from '../domain/due';
import type { Kind, Notice } from '../domain/notice';
import { NotificationsOptions } from '../notifications.options';

/** Something for a user. */
interface ForUser {
  /** Null: the owner of the business. */
  readonly userId: Uuid | null;
  readonly businessId: Uuid | null;
  readonly kind: Kind;
  /** Besides the business's name. */
  readonly facts: object;
}

const tellUser = defineJob<ForUser>('tell-user');

const forUser = (userId: Uuid, kind: Kind, facts: object = {}): Job[] => [
  tellUser.job({ userId, businessId: null, kind, facts }),
];
const forOwner = (businessId: Uuid, kind: Kind, facts: object = {}): Job[] => [
  tellUser.job({ userId: null, businessId, kind, facts }),
];

/** How long before it ends an owner is told of the end of the trial, in milliseconds. */
const TRIAL_NOTICE = 3 * DAY;

/** For how long whoever declined is told of no other invitation by the same business, in milliseconds. */
const REST_AFTER_DECLINING = 30 * DAY;

const invitation = (data: Readonly<Record<'businessId' | 'userId' | 'memberId', Uuid>> & { role: string }): Job[] => {
  const { businessId, userId, memberId: assignmentId, role } = data;
  return [tellUser.job({ userId, businessId, kind: 'invitation', facts: { role, assignmentId } })];
};

/** Nobody has said in which zone they keep their own calendar. */
const appointment = ({ appointmentId, start, end }: { appointmentId: Uuid; start: Instant; end: Instant }) => ({
  appointmentId,
  start,
  end,
  timeZone: 'UTC',
});

/** People are told about their accounts, their own calendars and their businesses. */
export const accountMessages = defineReaction<UserEvent | BusinessEvent | MembershipEvent | ServiceEvent | AgendaEvent>(
  {
    name: 'account-messages',
    version: 5,
    from: 'now',
    on: {
      UserRegistered: ({ data: { userId, role } }) =>
        role === 'user' ? [...forUser(userId, 'email_verification'), ...forUser(userId, 'welcome')] : [],
      EmailVerified: ({ data: { userId } }) => forUser(userId, 'welcome'),
      BusinessCreated: ({ data: { businessId } }) => forOwner(businessId, 'business_created'),
      BusinessApproved: ({ data: { businessId } }) => forOwner(businessId, 'business_approved'),
      BusinessRejected: ({ data: { businessId, reason } }) => forOwner(businessId, 'business_rejected', { reason }),
      SubscriptionExpired: ({ data: { businessId } }) => forOwner(businessId, 'subscription_expired'),
      ServiceCreated: ({ data: { businessId, name } }) =>
        forOwner(businessId, 'service_created', { serviceName: name }),
      StaffInvited: ({ data }) => invitation(data),
      // Of a member, too: whether they are one by then, is looked at then.
      StaffAssignmentChanged: ({ data }) => invitation(data),
      AppointmentPlanned: ({ data }) => forUser(data.userId, 'appointment_planned', appointment(data)),
      AppointmentCancelled: ({ data: { userId, appointmentId } }) =>
        forUser(userId, 'appointment_cancelled', { appointmentId }),
    },
  },
);

const trialEnding = (businessId: Uuid, endsAt: Instant | null): Job[] =>
  endsAt
    ? [
        tellUser.job(
          { userId: null, businessId, kind: 'trial_ending', facts: { endsAt } },
          { at: plusMs(endsAt, -TRIAL_NOTICE), until: endsAt, key: `${businessId} ${endsAt}` },
        ),
      ]
    : [];

/** Of a trial that began before this reaction was there, its owner is told too: its end lies ahead. */
export const trialEndings = defineReaction<BusinessEvent>({
  name: 'trial-endings',
  version: 3,
  from: 'beginning',
  on: {
    BusinessCreated: ({ data: { businessId, trialEndsAt } }) => trialEnding(businessId, trialEndsAt),
    SubscriptionChanged: ({ data: { businessId, state, endsAt } }) =>
      state === 'trial' ? trialEnding(businessId, endsAt) : [],
  },
});

@Injectable()
export class TellUsers implements JobHandler<ForUser> {
  readonly kind = tellUser;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly businesses: BusinessFacts,
    private readonly users: IdentityFacts,
    private readonly notifier: Notifier,
    private readonly options: NotificationsOptions,
  ) {}

  async run({ data, cause, now, context }: DueJob<ForUser>): Promise<undefined> {
    const { businessId, kind, facts } = data;
    const business = businessId && (await this.businesses.business(businessId, 'requireLoad'));
    if (business && !isKnownBusiness(business)) return undefined;
    if (kind === 'trial_ending' && business && !isOnTrialUntil(business, facts)) return undefined;
    const offered = kind === 'invitation' ? await this.offered(data, now) : {};
    if (!offered) return undefined;
    const userId = data.userId ?? (business ? business.ownerId : null);
    const user = userId && (await this.users.user(userId, 'requireLoad'));
    if (!user || !isKnown(user)) return undefined;
    if (kind === 'email_verification' && user.email === null) return undefined;
    if (kind === 'welcome' && !this.isWelcomeAfter(cause.type, user)) return undefined;
    const planned = kind === 'appointment_cancelled' ? await this.planned(user.userId, data.facts) : {};
    if (!planned) return undefined;
    const addressee = { userId: user.userId, customerId: null, businessId, locale: user.locale };
    const notice = {
      kind,
      facts: {
        ...(business && { businessName: business.name, ...(kind === 'trial_ending' && zoneOf(business)) }),
        ...facts,
        ...planned,
        ...offered,
      },
    } as Notice;
    if (isTooLate(notice, now)) return undefined;
    // Anybody may make a business and name any member: a business that was not approved writes to no addresses.
    const isInAppOnly = kind === 'invitation' && business && business.status !== 'approved';
    const because = onceFor(notice, businessId, cause);
    await this.notifier.tell(addressee, notice, because, context, isInAppOnly ? { email: 'app' } : {});
    return undefined;
  }

  /** What they are invited to by now. They may have answered, it may have been withdrawn, or they do not want to hear of it. */
  private async offered({ businessId, userId }: ForUser, now: Instant): Promise<{ role: string } | undefined> {
    const membership = await this.businesses.membership(businessId as Uuid, userId as Uuid, 'requireLoad');
    if (membership.status !== 'invited') return undefined;
    const history = await Array.fromAsync(this.aggregates.history(Membership, membership.memberId));
    const declined = history.findLast(({ type }) => type === 'StaffInvitationDeclined');
    const isAtRest = declined && epochMs(now) < epochMs(declined.at) + REST_AFTER_DECLINING;
    return isAtRest ? undefined : { role: membership.role };
  }

  /** Once: where addresses are to be verified, not before that. */
  private isWelcomeAfter(event: string, { role }: KnownUser): boolean {
    return role === 'user' && event === (this.options.requireVerifiedEmail ? 'EmailVerified' : 'UserRegistered');
  }

  /** When the appointment was, which is no more. */
  private async planned(userId: Uuid, { appointmentId }: { appointmentId?: Uuid }): Promise<object | undefined> {
    const history = await Array.fromAsync(this.aggregates.history(Agenda, userId));
    const times = history.flatMap(({ data }) =>
      'start' in data && data.appointmentId === appointmentId ? [appointment(data)] : [],
    );
    return times.at(-1);
  }
}

/** What is told once, whatever leads to it. */
function onceFor(notice: Notice, businessId: Uuid | null, { id, at }: DueJob['cause']): string {
  // An end that was moved and moved back.
  if (notice.kind === 'trial_ending') return `${businessId} ${notice.facts.endsAt}`;
  // However often somebody is invited, or their invitation is changed: no business writes to them twice a day.
  return notice.kind === 'invitation' ? `${businessId} ${localDate(at, 'UTC')}` : id;
}

const zoneOf = ({ timeZone }: KnownBusiness) => ({ timeZone });

/** A trial may have been made longer, paid for, or cancelled by its owner, since its end was noted. */
const isOnTrialUntil = ({ status, subscription }: KnownBusiness, { endsAt }: { endsAt?: Instant }): boolean =>
  status !== 'closed' &&
  subscription.state === 'trial' &&
  subscription.endsAt === endsAt &&
  subscription.cancelledAt === null;
