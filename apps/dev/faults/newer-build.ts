import 'reflect-metadata';
import definitions from '@projections/definitions.json';
import { type EventDefinition, type Message, plain } from '@yoyaku/kernel';
import { Booking } from '../../../libs/booking/src/domain/booking.decider';
import { bookingsProjection } from '../../../projections/booking/bookings/projection';

/** Which of the newer builds a process is of. Without it: the one that is built. */
export const BUILD = 'BUILD';

/**
 * Loaded into a process before its program (`node --require`), makes it one of a newer build, of which there are many,
 * each newer than the last. It has
 * - a new type of event: every booking that is requested is greeted;
 * - a new shape of an event: where the fee of a cancellation stood, stands the number of the build. Who folds that as
 *   if it had the older shape stores a fee that nobody has to pay;
 * - a new version of a read model, whose handlers know both.
 */
function becomeNewer(build: number): void {
  const builds = Array.from({ length: build }, (_, i) => i + 1);
  const catalog = changeable<EventDefinition>(Booking.events);
  const decide = changeable<(command: unknown, state: unknown) => readonly Message[]>(Booking.decider.decide);
  const evolve = changeable<(state: unknown) => unknown>(Booking.decider.evolve);
  const on = changeable<(event: { readonly data: object }, rows: unknown) => void>(bookingsProjection.on);

  for (const type of builds.map((number) => `BookingGreeted${number}`)) {
    catalog[type] = plain;
    evolve[type] = (state) => state;
    on[type] = () => {};
  }
  const upcasts = Object.fromEntries(builds.map((version) => [version, (data: object) => ({ ...data })]));
  catalog.BookingCancelled = { ...catalog.BookingCancelled, version: 1 + build, upcasts };

  const { RequestBooking: request, CancelBooking: cancel } = decide;
  decide.RequestBooking = (command, state) =>
    (request?.(command, state) ?? []).flatMap((event) => [
      event,
      { type: `BookingGreeted${build}`, data: subjectOf(event) },
    ]);
  decide.CancelBooking = (command, state) =>
    (cancel?.(command, state) ?? []).map(({ type, data }) => ({ type, data: { ...data, fee: feeOf(build) } }));

  const { BookingCancelled: cancelled } = on;
  on.BookingCancelled = (event, rows) => cancelled?.({ ...event, data: { ...event.data, fee: null } }, rows);
  const version = 1_000 + build;
  changeable<number>(bookingsProjection).version = version;
  definitions.bookings = { version, digest: `of build ${build}` };
}

const feeOf = (build: number) => ({ amount: build, currency: 'JPY' });

/** What is fixed for everybody else: this is another build. */
const changeable = <T>(record: object): Record<string, T> => record as Record<string, T>;

function subjectOf({ data }: Message): object {
  const { bookingId, businessId, customerId } = data as Record<string, unknown>;
  return { bookingId, businessId, customerId };
}

const build = Number(process.env[BUILD] ?? 0);
if (build > 0) becomeNewer(build);
