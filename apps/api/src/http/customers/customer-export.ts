import { Injectable } from '@nestjs/common';
import { TimelineQueries } from '@projections/customers';
import { Booking, type MadeBooking } from '@yoyaku/booking';
import { Customer, isKnownCustomer, type KnownNote, Note } from '@yoyaku/customers';
import {
  type Actor,
  AggregateStore,
  type AnyAggregate,
  categoryOf,
  EventCodec,
  idOf,
  type RecordedEvent,
} from '@yoyaku/eventing';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import { bookingView } from '../booking/bookings.views';
import { noteView, viewOf } from './customer.views';
import type { CustomerExportView } from './personal-data.dto';

type ExportedEvent = CustomerExportView['events'][number];

/** All that is held about a person, from history itself; where to look for it the timeline knows. */
@Injectable()
export class CustomerExport {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly timelines: TimelineQueries,
    private readonly codec: EventCodec,
  ) {}

  /** Throws `customer.not_found`, `customer.erased`. */
  async of(customerId: Uuid): Promise<CustomerExportView> {
    const { state } = await this.aggregates.load(Customer, customerId, 'requireLoad');
    ensure(state.status !== 'erased', 'customer.erased');
    if (!isKnownCustomer(state)) throw new DomainError('customer.not_found');
    const named = await this.timelines.thingsOf(customerId);
    const isOwn = (thing: { customerId: Uuid; businessId: Uuid }): boolean =>
      thing.customerId === customerId && thing.businessId === state.businessId;
    const notes = ((await this.statesOf(Note, named.noteIds)) as KnownNote[]).filter(isOwn);
    const bookings = ((await this.statesOf(Booking, named.bookingIds)) as MadeBooking[]).filter(isOwn);
    const events = [
      ...(await this.eventsOf(Customer, [customerId])),
      ...(await this.eventsOf(
        Note,
        notes.map(({ noteId }) => noteId),
      )),
      ...(await this.eventsOf(
        Booking,
        bookings.map(({ bookingId }) => bookingId),
      )),
    ].toSorted((a, b) => (a.position < b.position ? -1 : 1));
    const addresses = await this.codec.addressesOf(events);
    return {
      customer: viewOf(state),
      notes: notes.map(noteView),
      bookings: bookings.map(bookingView),
      events: events.map((event, i) => exported(event, addresses[i], state)),
    };
  }

  private async statesOf(aggregate: AnyAggregate, ids: readonly Uuid[]): Promise<unknown[]> {
    const states: unknown[] = [];
    for (const id of ids) states.push((await this.aggregates.load(aggregate, id, 'requireLoad')).state);
    return states;
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
