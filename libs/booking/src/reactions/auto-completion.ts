import { Injectable } from '@nestjs/common';
import { AggregateStore, Commands } from '@yoyaku/eventing';
import { isAfter } from '@yoyaku/kernel';
import { defineReaction, type Job, type JobHandler } from '@yoyaku/reacting';
import { Booking } from '../domain/booking.decider';
import { type BookingEvent, completionOf } from '../domain/booking.events';
import { type DueDeadline, deadline, defineDeadline } from './deadline';

const completeBooking = defineDeadline('complete-booking');

/**
 * Bookings that are over are completed, where their business leaves that to the clock. An undone cancellation plans
 * nothing: it comes before the start, so what the request or the last move planned still lies ahead.
 */
export const autoCompletion = defineReaction<BookingEvent>({
  name: 'auto-completion',
  version: 1,
  from: 'beginning',
  on: {
    BookingRequested: ({ data: { bookingId, terms, end } }) =>
      deadline(completeBooking, bookingId, completionOf(terms, end)),
    BookingRescheduled: ({ data: { bookingId, agreed, end } }) =>
      deadline(completeBooking, bookingId, agreed && completionOf(agreed.terms, end)),
  },
});

@Injectable()
export class CompleteBookings implements JobHandler {
  readonly kind = completeBooking;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly commands: Commands,
  ) {}

  async run({ data: { bookingId }, now, context }: DueDeadline): Promise<readonly Job[]> {
    const { state } = await this.aggregates.load(Booking, bookingId, 'requireLoad');
    if (state.status !== 'confirmed' && state.status !== 'checked_in') return [];
    const at = completionOf(state.terms, state.end);
    // What people have said of it before is left to them.
    if (!at || state.outcomeAt) return [];
    if (isAfter(at, now)) return deadline(completeBooking, bookingId, at);
    await this.commands.execute(Booking, bookingId, { type: 'CompleteBooking', data: { by: 'system' } }, context);
    return [];
  }
}
