import { Injectable } from '@nestjs/common';
import { StaffQueries } from '@projections/business';
import { UserQueries } from '@projections/identity';
import { BusinessFacts, isKnownBusiness } from '@yoyaku/business';
import { AggregateStore, type CommandContext } from '@yoyaku/eventing';
import { IdentityFacts, isKnown } from '@yoyaku/identity';
import type { Uuid } from '@yoyaku/kernel';
import {
  Announcement,
  type AnnouncementPart,
  type KnownAnnouncement,
  Notifier,
  nextPart,
  tellAnnouncement,
} from '@yoyaku/notifications';
import { Consistency } from '@yoyaku/projecting';
import type { DueJob, Job, JobHandler } from '@yoyaku/reacting';

/** How many are told by one job, and how many of them at once. */
const PART = 200;
const AT_ONCE = 10;

/** How long a job waits for the read models that say who there is, in milliseconds; then it is tried again later. */
const PATIENCE = 10_000;

/**
 * Tells people of an announcement, each once: the notification's id is derived from the announcement and its reader, so
 * that a part which is done again tells nobody a second time.
 */
@Injectable()
export class Announcer implements JobHandler<AnnouncementPart> {
  readonly kind = tellAnnouncement;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly users: UserQueries,
    private readonly staff: StaffQueries,
    private readonly businesses: BusinessFacts,
    private readonly people: IdentityFacts,
    private readonly notifier: Notifier,
    private readonly consistency: Consistency,
  ) {}

  async run({ data: part, context }: DueJob<AnnouncementPart>): Promise<Job[]> {
    const { known: announcement } = await this.aggregates.load(Announcement, part.announcementId, 'requireLoad');
    const readers = await this.readersOf(part);
    for (let first = 0; first < readers.length; first += AT_ONCE) {
      const some = readers.slice(first, first + AT_ONCE);
      await Promise.all(some.map((userId) => this.tell(userId, announcement, context)));
    }
    const last = readers.at(-1);
    // Behind the last part there is an empty one.
    return last ? [nextPart(part, last)] : [];
  }

  /** Those of the part, in the order of their ids. */
  private async readersOf({ businessId, madeAt, position, after }: AnnouncementPart): Promise<readonly Uuid[]> {
    const readModel = businessId ? 'staff' : 'users';
    const isKnown = await this.consistency.waitFor([readModel], BigInt(position), { timeoutMs: PATIENCE });
    if (!isKnown) throw new Error(`The read model ${readModel} is behind`);
    if (!businessId) return this.users.activeIds(madeAt, after, PART);
    const members = await this.staff.activeUserIds(businessId, madeAt, after, PART);
    if (after) return members;
    const business = await this.businesses.business(businessId);
    return isKnownBusiness(business) ? [...new Set([business.ownerId, ...members])] : members;
  }

  private async tell(userId: Uuid, { announcementId, title, message }: KnownAnnouncement, context: CommandContext) {
    const user = await this.people.user(userId);
    if (!isKnown(user) || user.status !== 'active') return;
    const addressee = { userId, customerId: null, businessId: null, locale: user.locale };
    const notice = { kind: 'announcement', facts: {} } as const;
    await this.notifier.tell(addressee, notice, announcementId, context, {}, { title, message });
  }
}
