import type { Instant, Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, type Job, type JobKind } from '@yoyaku/reacting';

/** A booking of which something may be due. */
interface OfBooking {
  readonly bookingId: Uuid;
}

export type DeadlineKind = JobKind<OfBooking>;
export type DueDeadline = DueJob<OfBooking>;

export const defineDeadline = (name: string): DeadlineKind => defineJob<OfBooking>(name);

/** A look at the booking at that moment; one, however many events lead to the same moment. None, if it never comes. */
export const deadline = (kind: DeadlineKind, bookingId: Uuid, at: Instant | null | undefined): Job[] =>
  at ? [kind.job({ bookingId }, { at, key: `${bookingId} ${at}` })] : [];
