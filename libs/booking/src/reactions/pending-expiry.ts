import { Injectable } from '@nestjs/common';
import { AggregateStore, Commands } from '@yoyaku/eventing';
import { isAfter } from '@yoyaku/kernel';
import { defineReaction, type Job, type JobHandler } from '@yoyaku/reacting';
import { GiveUpBooking } from '../application/give-up-booking';
import { Booking } from '../domain/booking.decider';
import type { BookingEvent } from '../domain/booking.events';
import { type DueDeadline, deadline, defineDeadline } from './deadline';

const expireBooking = defineDeadline('expire-booking');

/** Bookings expire that nobody approved in time, or whose deposit nobody paid. */
export const pendingExpiry = defineReaction<BookingEvent>({
  name: 'pending-expiry',
  version: 2,
  from: 'beginning',
  on: {
    BookingRequested: ({ data: { bookingId, expiresAt } }) => deadline(expireBooking, bookingId, expiresAt),
    BookingPartlyConfirmed: ({ data: { bookingId, expiresAt } }) => deadline(expireBooking, bookingId, expiresAt),
    BookingRescheduled: ({ data: { bookingId, agreed } }) => deadline(expireBooking, bookingId, agreed?.expiresAt),
    BookingCancellationUndone: ({ data: { bookingId, expiresAt } }) => deadline(expireBooking, bookingId, expiresAt),
  },
});

@Injectable()
export class ExpireBookings implements JobHandler {
  readonly kind = expireBooking;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly commands: Commands,
  ) {}

  async run({ data: { bookingId }, now, context }: DueDeadline): Promise<readonly Job[]> {
    const { state } = await this.aggregates.load(Booking, bookingId, 'requireLoad');
    if (state.status !== 'pending' || !state.expiresAt) return [];
    if (isAfter(state.expiresAt, now)) return deadline(expireBooking, bookingId, state.expiresAt);
    await this.commands.send(new GiveUpBooking(bookingId, { type: 'ExpireBooking', data: { by: 'system' } }, context));
    return [];
  }
}
