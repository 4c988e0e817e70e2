import { Injectable } from '@nestjs/common';
import { Booking, keepsItsSlot } from '@yoyaku/booking';
import { AggregateStore, type CommandContext } from '@yoyaku/eventing';
import { DomainError, deriveUuid, epochMs, type Instant, MINUTE, newUuid, type Uuid } from '@yoyaku/kernel';
import { Answer, result } from '../conventions';
import { type Claim, Idempotency, type StoredAnswer } from '../conventions/commands/idempotency';
import { hashesOfText } from '../conventions/commands/request-hashes';
import { type BookingView, bookingView } from './bookings.views';

/** What makes two requests of one person the same. */
export interface Wanted {
  readonly start: Instant;
  /** Who asks, for whom, for what else. */
  readonly besides: readonly (string | number | null)[];
}

/** So long the second click is answered as the first one was, and after that with the booking as it is. */
const SAME_ANSWER_FOR = MINUTE;

/**
 * A request to book that has no Idempotency-Key gets one that is derived from what is asked for: two clicks, at any
 * processes, are one booking. A refusal is not remembered, nor is a booking that no longer stands at that time.
 */
@Injectable()
export class TwoClicks {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly aggregates: AggregateStore,
  ) {}

  /** Books, unless that was done. Throws as `book` does, and 409 `idempotency.in_progress` as with a key. */
  async once(
    wanted: Wanted,
    context: CommandContext,
    book: (context: CommandContext) => Promise<Answer<BookingView>>,
  ): Promise<Answer<BookingView>> {
    const id = deriveUuid('booking', JSON.stringify([wanted.start, ...wanted.besides]));
    for (;;) {
      const claimed = await this.idempotency.claim(id, hashesOfText(id), newUuid());
      if (!('status' in claimed)) return this.first(claimed, context, book);
      const standing = await this.standing(claimed, wanted, context.at);
      if (standing) return standing;
      await this.idempotency.forgetAnswer(id, claimed);
    }
  }

  private async first(
    claim: Claim,
    context: CommandContext,
    book: (context: CommandContext) => Promise<Answer<BookingView>>,
  ): Promise<Answer<BookingView>> {
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

  /** The answer with the booking that was made, if it still stands where it was asked for. */
  private async standing(
    { status, headers, body }: StoredAnswer,
    { start }: Wanted,
    at: Instant,
  ): Promise<Answer<BookingView> | undefined> {
    const first = JSON.parse(body) as BookingView;
    const loaded = await this.aggregates.load(Booking, first.id as Uuid, 'requireLoad');
    if (!keepsItsSlot(loaded.state) || loaded.known.start !== start) return undefined;
    if (epochMs(at) - epochMs(first.createdAt as Instant) < SAME_ANSWER_FOR) return new Answer(status, first, headers);
    return result(loaded, bookingView(loaded));
  }
}
