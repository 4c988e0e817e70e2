import { Injectable } from '@nestjs/common';
import { BookingQueries } from '@projections/booking';
import { TimelineQueries } from '@projections/customers';
import type { Scope } from '@yoyaku/access';
import { Booking, CheckInCodes, type MadeBooking } from '@yoyaku/booking';
import { Customer, isKnownCustomer, type KnownNote, Note } from '@yoyaku/customers';
import {
  type Actor,
  AggregateStore,
  type AnyAggregate,
  categoryOf,
  EventCodec,
  idOf,
  type RecordedEvent,
  type Versioned,
} from '@yoyaku/eventing';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import { bookingView } from '../booking/bookings.views';
import { recordOf } from './customer.views';
import { noteView } from './note.views';
import type { CustomerExportView } from './personal-data.views';

type ExportedEvent = CustomerExportView['events'][number];

/** All that is held about a person, from history itself; where to look for it the timeline knows. */
@Injectable()
export class CustomerExport {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly timelines: TimelineQueries,
    private readonly bookings: BookingQueries,
    private readonly codes: CheckInCodes,
    private readonly codec: EventCodec,
  ) {}

  /** Throws `customer.not_found`, `customer.erased`. */
  async of(scope: Scope, customerId: Uuid): Promise<CustomerExportView> {
    const loaded = await this.aggregates.load(Customer, customerId, 'requireLoad');
    const { state } = loaded;
    ensure(state.status !== 'erased', 'customer.erased');
    if (!isKnownCustomer(state)) throw new DomainError('customer.not_found');
    const shown = await this.bookings.shownOfCustomer(scope, customerId);
    const named = await this.timelines.thingsOf(scope, customerId, shown);
    const isOwn = ({ state: thing }: { readonly state: { customerId: Uuid; businessId: Uuid } }): boolean =>
      thing.customerId === customerId && thing.businessId === state.businessId;
    const notes = ((await this.loadAll(Note, named.noteIds)) as Versioned<KnownNote>[]).filter(isOwn);
    const bookings = ((await this.loadAll(Booking, named.bookingIds)) as Versioned<MadeBooking>[]).filter(isOwn);
    const events = [
      ...(await this.eventsOf(Customer, [customerId])),
      ...(await this.eventsOf(
        Note,
        notes.map(({ id }) => id as Uuid),
      )),
      ...(await this.eventsOf(
        Booking,
        bookings.map(({ id }) => id as Uuid),
      )),
    ].toSorted((a, b) => (a.position < b.position ? -1 : 1));
    const addresses = await this.codec.addressesOf(events);
    return {
      customer: recordOf(loaded),
      notes: notes.map(noteView),
      bookings: bookings.map((booking) => bookingView(booking, this.codes, scope)),
      events: events.map((event, i) => exported(event, addresses[i], state)),
    };
  }

  private async loadAll(aggregate: AnyAggregate, ids: readonly Uuid[]): Promise<Versioned<unknown>[]> {
    const loaded: Versioned<unknown>[] = [];
    for (const id of ids) loaded.push(await this.aggregates.load(aggregate, id, 'requireLoad'));
    return loaded;
  }

  private async eventsOf(aggregate: AnyAggregate, ids: readonly Uuid[]): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (const id of ids) events.push(...(await Array.fromAsync(this.aggregates.history(aggregate, id))));
    return events;
  }
}

/** Where the business's people sat at the time is theirs, not the customer's. */
function exported(
  { id, at, type, stream, actor, data }: RecordedEvent,
  address: Pick<Actor, 'ip' | 'userAgent'> | undefined,
  { userId }: { readonly userId: Uuid | null },
): ExportedEvent {
  const isOwn = actor.id !== null && actor.id === userId;
  const by = { ...actor, ip: null, userAgent: null, ...(isOwn && address) };
  return { id, at, entity: categoryOf(stream), entityId: idOf(stream), type, actor: by, data };
}
