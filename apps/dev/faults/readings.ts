import type { StoredEvent } from '@yoyaku/eventing';
import type { Decided, Reading } from './client';
import type { Course } from './course';
import type { Moments, Window } from './moments';
import { describe, isSame, type Shown, shownOf } from './shown';
import { wishOf } from './things';

type Bookings = ReadonlyMap<string, Course<Shown | undefined>>;

/** Answers to commands on bookings that show the booking as it was at no moment since the command was done. */
export function wrongAnswers(
  decided: readonly Decided[],
  effects: ReadonlyMap<Decided, StoredEvent>,
  bookings: Bookings,
  moments: Moments,
): string[] {
  return decided.flatMap((one) => {
    const { command, answer } = one;
    if (answer.status >= 300 || !command.path.startsWith('/bookings')) return [];
    const shown = shownOf(JSON.parse(answer.body));
    const { after, before } = moments.within(one);
    const since = { after: effects.get(one)?.position ?? after, before };
    if (wasSo(shown, since, bookings)) return [];
    return `${command.method} ${wishOf(command).thing ?? shown.id} was answered ${describe(shown)}, which it never was`;
  });
}

/** Readings that show less than what their reader had waited for, or what never was. */
export const staleReadings = (readings: readonly Reading[], bookings: Bookings, moments: Moments): string[] =>
  readings.flatMap((reading) => {
    const { bookingId, minPosition, answer } = reading;
    const window = { after: minPosition, before: moments.within(reading).before };
    if (answer.status === 200 && wasSo(shownOf(JSON.parse(answer.body)), window, bookings)) return [];
    return `${bookingId} at ${minPosition} shows ${answer.status} ${answer.body}`;
  });

const wasSo = (shown: Shown, window: Window, bookings: Bookings): boolean =>
  (bookings.get(shown.id)?.during(window) ?? []).some((was) => was !== undefined && isSame(was, shown));
