import { Injectable } from '@nestjs/common';
import { Booking, type BookingState, isMade, keepsItsSlot } from '@yoyaku/booking';
import { AggregateStore, type CommandContext, idFor } from '@yoyaku/eventing';
import { DomainError, deriveUuid, epochMs, type Instant, MINUTE, newUuid, type Uuid } from '@yoyaku/kernel';
import { Answer } from '../conventions';
import { type Claim, Idempotency } from '../conventions/commands/idempotency';
import { hashesOfText } from '../conventions/commands/request-hashes';
import type { BookingView } from './bookings.views';

/** What makes two requests of one person the same. */
export interface Wanted {
  readonly start: Instant;
  /** Who asks, for whom, for what else. */
  readonly besides: readonly (string | number | null)[];
}

/** So long a second click is answered as the first one was. */
const GOOD_FOR = MINUTE;

type Book = (context: CommandContext) => Promise<Answer<BookingView>>;

/**
 * A request to book that has no Idempotency-Key gets one that is derived from what is asked for, and is good for a
 * minute: two clicks, at any processes, are one booking. A refusal is not remembered, nor is a booking that no longer
 * stands at that time.
 */
@Injectable()
export class TwoClicks {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly aggregates: AggregateStore,
  ) {}

  /** Books, unless that was done just now. Throws as `book` does, and 409 `idempotency.in_progress` as with a key. */
  async once(wanted: Wanted, context: CommandContext, book: Book): Promise<Answer<BookingView>> {
    const id = deriveUuid('booking', JSON.stringify([wanted.start, ...wanted.besides]));
    for (;;) {
      const claimed = await this.idempotency.claim(id, hashesOfText(id), deriveUuid(id, newUuid()));
      if ('status' in claimed) {
        const { status, headers, body } = claimed;
        const first = JSON.parse(body) as BookingView;
        const { state } = await this.aggregates.load(Booking, first.id as Uuid, 'requireLoad');
        if (isGood(state, first.createdAt as Instant, wanted, context)) return new Answer(status, first, headers);
        await this.idempotency.forgetAnswer(id, claimed);
        continue;
      }
      // Whoever claimed it first may have booked without being able to say so.
      const bookingId = idFor({ ...context, commandId: claimed.command }, 'booking');
      const { state, createdAt } = await this.made(claimed, bookingId);
      if (state.status === 'none' || isGood(state, createdAt, wanted, context)) {
        return this.run(claimed, context, book);
      }
      await this.idempotency.forget(claimed);
    }
  }

  /** What an earlier run of a command that was taken over has made; nothing for one that runs for the first time. */
  private async made(
    { repeated }: Claim,
    bookingId: Uuid,
  ): Promise<{ state: BookingState; createdAt: Instant | null }> {
    return repeated
      ? this.aggregates.load(Booking, bookingId, 'requireLoad')
      : { state: { status: 'none' }, createdAt: null };
  }

  private async run(claim: Claim, context: CommandContext, book: Book): Promise<Answer<BookingView>> {
    const { command: commandId, repeated } = claim;
    const ensureOwned = () => this.idempotency.ensureHeld(claim);
    let answer: Answer<BookingView>;
    try {
      answer = await book({ ...context, commandId, causationId: commandId, repeated, ensureOwned });
    } catch (error) {
      // A refusal is final; after all else nobody knows whether the booking was made, and the next click finds out.
      if (error instanceof DomainError) await this.idempotency.forget(claim);
      else await this.idempotency.release(claim);
      throw error;
    }
    const { status, headers, body } = answer;
    await this.idempotency.complete(claim, { status, headers, body: JSON.stringify(body) });
    return answer;
  }
}

/** Whether a booking that was made then is the answer to the same request now: it stands where it was asked for. */
const isGood = (state: BookingState, madeAt: Instant | null, { start }: Wanted, { at }: CommandContext): boolean =>
  isMade(state) &&
  keepsItsSlot(state) &&
  state.start === start &&
  madeAt !== null &&
  epochMs(at) - epochMs(madeAt) < GOOD_FOR;
