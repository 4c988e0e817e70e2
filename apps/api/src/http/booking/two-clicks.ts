import { Injectable } from '@nestjs/common';
import { Booking, isMade, keepsItsSlot, Series } from '@yoyaku/booking';
import { AggregateStore, type CommandContext, idFor } from '@yoyaku/eventing';
import { DomainError, deriveUuid, epochMs, type Instant, MINUTE, newUuid, type Uuid } from '@yoyaku/kernel';
import { Answer } from '../conventions';
import { type Claim, Idempotency } from '../conventions/commands/idempotency';
import { hashesOfText } from '../conventions/commands/request-hashes';
import type { VersionedView } from '../conventions/views/versioned-view';

/** What makes two requests of one person the same. */
export interface Wanted {
  /** What is made, as its command names it when it derives the id. */
  readonly what: 'booking' | 'series';
  readonly start: Instant;
  /** Who asks, for whom, for what else. */
  readonly besides: readonly (string | number | null)[];
}

/** When what was asked for was made; `gone`: it no longer stands as it was made; `none`: it is not there. */
type Made = Instant | 'gone' | 'none';

/** So long a second click is answered as the first one was. */
const GOOD_FOR = MINUTE;

type Make<View> = (context: CommandContext) => Promise<Answer<View>>;

/**
 * A request to book that has no Idempotency-Key gets one that is derived from what is asked for, and is good for a
 * minute: two clicks, at any processes, are one booking, or one series. A refusal is not remembered, nor is what no longer
 * stands at that time.
 */
@Injectable()
export class TwoClicks {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly aggregates: AggregateStore,
  ) {}

  /** Makes it, unless that was done just now. Throws as `make` does, and 409 `idempotency.in_progress` as with a key. */
  async once<View extends VersionedView>(
    wanted: Wanted,
    context: CommandContext,
    make: Make<View>,
  ): Promise<Answer<View>> {
    const id = deriveUuid(wanted.what, JSON.stringify([wanted.start, ...wanted.besides]));
    for (;;) {
      const claimed = await this.idempotency.claim(id, hashesOfText(id), deriveUuid(id, newUuid()));
      if ('status' in claimed) {
        const { status, headers, body } = claimed;
        const first = JSON.parse(body) as View;
        if (isGood(await this.made(wanted, first.id as Uuid), context)) return new Answer(status, first, headers);
        await this.idempotency.forgetAnswer(id, claimed);
        continue;
      }
      // Whoever claimed it first may have booked without being able to say so.
      const madeId = idFor({ ...context, commandId: claimed.command }, wanted.what);
      const made = claimed.repeated ? await this.made(wanted, madeId) : 'none';
      if (made === 'none' || isGood(made, context)) return this.run(claimed, context, make);
      await this.idempotency.forget(claimed);
    }
  }

  private async made({ what, start }: Wanted, id: Uuid): Promise<Made> {
    if (what === 'booking') return this.madeBooking(id, start);
    const { state, createdAt } = await this.aggregates.load(Series, id, 'requireLoad');
    if (state.type !== 'requested' || createdAt === null) return 'none';
    const bookings = await Promise.all(state.occurrences.map((one) => this.madeBooking(one.bookingId, one.start)));
    // Those that are still to be made are; and who has cancelled some of its times has the others still.
    return bookings.some((booking) => booking !== 'gone') ? createdAt : 'gone';
  }

  private async madeBooking(id: Uuid, start: Instant): Promise<Made> {
    const { state, createdAt } = await this.aggregates.load(Booking, id, 'requireLoad');
    if (state.status === 'none' || createdAt === null) return 'none';
    return isMade(state) && keepsItsSlot(state) && state.start === start ? createdAt : 'gone';
  }

  private async run<View>(claim: Claim, context: CommandContext, make: Make<View>): Promise<Answer<View>> {
    const { command: commandId, repeated } = claim;
    const ensureOwned = () => this.idempotency.ensureHeld(claim);
    let answer: Answer<View>;
    try {
      answer = await make({ ...context, commandId, causationId: commandId, repeated, ensureOwned });
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

/** Whether what was made then is the answer to the same request now. */
const isGood = (made: Made, { at }: CommandContext): boolean =>
  made !== 'gone' && made !== 'none' && epochMs(at) - epochMs(made) < GOOD_FOR;
