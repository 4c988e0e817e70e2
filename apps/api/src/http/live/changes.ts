import { Injectable } from '@nestjs/common';
import { Booking, isMade } from '@yoyaku/booking';
import { AGENDA, BOOKING, type BookingEvent, CALENDAR } from '@yoyaku/booking/events';
import { BUSINESS, MEMBER } from '@yoyaku/business/events';
import { RESOURCE, SERVICE } from '@yoyaku/catalog/events';
import { AggregateStore, categoryOf, idOf, type StoredEvent } from '@yoyaku/eventing';
import { type Instant, type LocalDate, type Uuid } from '@yoyaku/kernel';
import { Notification } from '@yoyaku/notifications';
import { NOTIFICATION, type NotificationEvent } from '@yoyaku/notifications/events';
import { LRUCache } from 'lru-cache';
import { idIn } from '../conventions';
import { type Thing, Things } from '../conventions/access/things';
import { AffectedDates } from './affected-dates';
import type { AvailabilityChangeView, BookingChangeView, NotificationChangeView } from './live.views';

/** What an event means to people who follow live, and whom it concerns. */
export type Change =
  | {
      readonly about: 'booking';
      readonly view: BookingChangeView;
      /** The user whose booking it is. */
      readonly owner: Uuid | null;
      /** Whether it is the business's own matter, of which its owner is told nothing. */
      readonly isInternal: boolean;
      /** Whose it is beside that, and where, as it is now. */
      readonly thing: () => Promise<Thing | undefined>;
    }
  | { readonly about: 'availability'; readonly view: AvailabilityChangeView }
  | { readonly about: 'notification'; readonly view: NotificationChangeView; readonly reader: Uuid }
  /** Somebody begins or ceases to work for the business, or has another role. */
  | { readonly about: 'member'; readonly userId: Uuid; readonly businessId: Uuid };

type Read = (changes: Changes, event: StoredEvent) => Promise<Change | undefined> | Change | undefined;

/** They tell of what is shown to nobody. */
const NOT_SHOWN: ReadonlySet<string> = new Set<BookingEvent['type']>(['BookingAbandoned', 'BookingHoldForfeited']);

/** What is shown to the business's people alone. */
const INTERNAL: ReadonlySet<string> = new Set<BookingEvent['type']>(['AttentionRaised', 'AttentionCleared']);

/** What changes what somebody sees among their notifications. */
const SEEN: ReadonlySet<string> = new Set<NotificationEvent['type']>([
  'NotificationRequested',
  'NotificationRewritten',
  'NotificationRead',
  'NotificationRemoved',
]);

const REMEMBERED_OWNERS = 10_000;

/** By the category of its stream, how an event is read. Events of other categories are told to nobody. */
const READERS: Readonly<Record<string, Read>> = {
  [BOOKING]: (changes, event) => (NOT_SHOWN.has(event.type) ? undefined : changes.ofBooking(event)),
  [AGENDA]: (_, event) => ofAppointment(event),
  [CALENDAR]: (changes, event) => changes.ofCalendar(event),
  [RESOURCE]: (_, event) => ofAvailability(event, { resourceId: idOf(event.stream) as Uuid, ...datesOf(event) }),
  [SERVICE]: (_, event) => ofAvailability(event, { serviceId: idOf(event.stream) as Uuid }),
  [BUSINESS]: (_, event) => ofBusiness(event),
  [MEMBER]: (_, { data }) => ofMember(data.userId, data.businessId),
  [NOTIFICATION]: (changes, event) => (SEEN.has(event.type) ? changes.ofNotification(event) : undefined),
};

/**
 * Reads stored events as changes that people are told of. Ids alone are read of them, so that nothing is decrypted. Each
 * event is read once, and only while somebody follows.
 */
@Injectable()
export class Changes {
  private readonly known = new WeakMap<StoredEvent, Promise<Change | undefined>>();
  /** The user of each booking, who never changes. */
  private readonly owners = new LRUCache<Uuid, { readonly userId: Uuid | null }>({ max: REMEMBERED_OWNERS });

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly things: Things,
    private readonly dates: AffectedDates,
  ) {}

  /** Undefined where the event concerns nobody who follows. */
  of(event: StoredEvent): Promise<Change | undefined> | undefined {
    const read = READERS[categoryOf(event.stream)];
    if (!read) return undefined;
    const known = this.known.get(event);
    if (known) return known;
    const change = Promise.resolve(read(this, event));
    this.known.set(event, change);
    // One that cannot be read just now, because the store is away, is read again for who comes later.
    change.catch(() => this.known.delete(event));
    return change;
  }

  async ofBooking(event: StoredEvent): Promise<Change> {
    const id = idOf(event.stream) as Uuid;
    let found: Promise<Thing | undefined> | undefined;
    const thing = () => {
      found ??= this.things.find(Booking.category, { id, userId: null, load: 'maxStale' });
      return found;
    };
    const businessId = event.metadata.tenantId as Uuid;
    const view = { ...changed(event), event: 'booking', type: event.type, bookingId: id, businessId } as const;
    const [owner, isInternal] = [await this.ownerOf(id, event), INTERNAL.has(event.type)];
    return { about: 'booking', view, owner, isInternal, thing };
  }

  async ofCalendar(event: StoredEvent): Promise<Change | undefined> {
    const { start, end } = event.data;
    const businessId = idIn(event.data.businessId);
    const resourceId = idOf(event.stream) as Uuid;
    if (!businessId) return undefined;
    const dates = await this.dates.of(businessId, resourceId, start as Instant, end as Instant);
    return ofAvailability(event, { resourceId, ...dates });
  }

  async ofNotification(event: StoredEvent): Promise<Change | undefined> {
    const notificationId = idOf(event.stream) as Uuid;
    const { state } = await this.aggregates.load(Notification, notificationId);
    if (!('userId' in state) || state.userId === null || !state.channels.includes('app')) return undefined;
    const view = { ...changed(event), event: 'notification', type: event.type, notificationId } as const;
    return { about: 'notification', view, reader: state.userId };
  }

  private async ownerOf(id: Uuid, { type, data }: StoredEvent): Promise<Uuid | null> {
    const known = this.owners.get(id);
    if (known) return known.userId;
    const userId = type === 'BookingRequested' ? (idIn(data.userId) ?? null) : await this.storedOwner(id);
    this.owners.set(id, { userId });
    return userId;
  }

  private async storedOwner(id: Uuid): Promise<Uuid | null> {
    const { state } = await this.aggregates.load(Booking, id);
    return isMade(state) ? state.userId : null;
  }
}

const changed = ({ position, metadata: { occurredAt } }: StoredEvent) => ({ position: `${position}`, at: occurredAt });

function ofAppointment(event: StoredEvent): Change | undefined {
  const appointmentId = idIn(event.data.appointmentId);
  if (!appointmentId) return undefined;
  const about = { event: 'booking', type: event.type, bookingId: appointmentId, businessId: null } as const;
  const owner = idOf(event.stream) as Uuid;
  const view = { ...changed(event), ...about };
  return { about: 'booking', view, owner, isInternal: false, thing: async () => undefined };
}

function ofAvailability(
  event: StoredEvent,
  what: Partial<Pick<AvailabilityChangeView, 'resourceId' | 'serviceId' | 'from' | 'to'>>,
): Change {
  const businessId = event.metadata.tenantId as Uuid;
  const anything = { resourceId: null, serviceId: null, from: null, to: null };
  return {
    about: 'availability',
    view: { ...changed(event), event: 'availability', businessId, ...anything, ...what },
  };
}

/** Whoever makes a business is its owner. Everything else that happens to it may change when it can be booked. */
function ofBusiness(event: StoredEvent): Change | undefined {
  const { type, data } = event;
  return type === 'BusinessCreated' ? ofMember(data.ownerId, data.businessId) : ofAvailability(event, {});
}

function ofMember(user: unknown, business: unknown): Change | undefined {
  const [userId, businessId] = [idIn(user), idIn(business)];
  return userId && businessId ? { about: 'member', userId, businessId } : undefined;
}

/** An exception concerns one date. */
const datesOf = ({ data: { date } }: StoredEvent): { from: LocalDate; to: LocalDate } | undefined =>
  typeof date === 'string' ? { from: date as LocalDate, to: date as LocalDate } : undefined;
