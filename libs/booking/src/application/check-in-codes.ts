import { Injectable } from '@nestjs/common';
import { KeyedNames } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import type { GivenCode } from '../domain/booking.decider';

const CODES = 1_000_000;

/**
 * The code by which a booking's customer checks in: six digits that whoever may see the booking is shown. To others it
 * is a secret, as it is a keyed hash of the booking's id. The same secret makes the same code at every server.
 */
@Injectable()
export class CheckInCodes {
  constructor(private readonly names: KeyedNames) {}

  of(bookingId: Uuid): string {
    const hash = this.names.of(`check-in:${bookingId}`);
    // 12 hex digits are 48 bits: an exact number, and so many more than there are codes that each is as likely.
    return String(Number.parseInt(hash.slice(0, 12), 16) % CODES).padStart(6, '0');
  }

  /** What the code is that somebody gave; undefined where they gave none. */
  judge(bookingId: Uuid, given: string | null | undefined): GivenCode | undefined {
    if (given === undefined || given === null) return undefined;
    return given === this.of(bookingId) ? 'right' : 'wrong';
  }
}
