import { readFileSync } from 'node:fs';
import { DAY, epochMs, HOUR, type Instant, instant, MINUTE, plusMs, type Unbranded } from '@yoyaku/kernel';
import { rejection, specify } from '@yoyaku/kernel/specification';
import { Booking, type BookingCommand, type BookingStep } from './booking.decider';
import type { BookingEvent } from './booking.events';
import type { BookingStatus } from './booking-state';
import { allowed, LIFECYCLE, type LifecycleCommand, lifecycleRefusals, type Transition, type Who } from './lifecycle';

const { given, fold } = specify(Booking.decider);

const START = instant('2026-04-10T09:00:00Z');
const END = instant('2026-04-10T10:00:00Z');
const EXPIRY = instant('2026-04-08T09:00:00Z');
const subject = { bookingId: 'booking', businessId: 'salon', customerId: 'hanako' };
const place = { holdId: 'first hold', resourceIds: ['yuki'], locationId: null, start: START, end: END };
const yen = { amount: 8000, currency: 'JPY' };
const terms = {
  freeUntilHours: 24,
  lateFee: { percent: 50 },
  noShowFee: null,
  pendingExpiryMinutes: 1440,
  checkInFromMinutes: 120,
  noShowAfterMinutes: 15,
  autoCompleteMinutes: 30,
  depositRule: null,
  holdMinutes: 15,
  reminderHours: [24, 2],
};
const requestedAs = (status: 'pending' | 'confirmed') =>
  ({
    type: 'BookingRequested',
    data: {
      ...subject,
      ...place,
      serviceId: 'haircut',
      serviceName: 'Haircut',
      price: yen,
      partySize: 1,
      userId: 'hanako@yoyaku',
      note: null,
      terms,
      status,
      pendingFor: status === 'pending' ? (['approval'] as const) : [],
      expiresAt: status === 'pending' ? EXPIRY : null,
      overridden: [],
    },
  }) as const;
const [pending, confirmed] = [requestedAs('pending'), requestedAs('confirmed')];

/** What leads to each status. */
const PAST: Record<BookingStatus, readonly (Unbranded<BookingEvent> & { at?: Instant })[]> = {
  pending: [pending],
  confirmed: [confirmed],
  checked_in: [confirmed, { type: 'BookingCheckedIn', data: subject }],
  completed: [
    confirmed,
    { type: 'BookingCompleted', data: { ...subject, serviceId: 'haircut', start: START, price: yen }, at: END },
  ],
  cancelled: [
    confirmed,
    { type: 'BookingCancelled', data: { ...subject, ...place, by: 'customer', reason: null, fee: null } },
  ],
  declined: [pending, { type: 'BookingDeclined', data: { ...subject, ...place, reason: null } }],
  no_show: [confirmed, { type: 'BookingMarkedNoShow', data: { ...subject, start: START, fee: null }, at: END }],
  expired: [pending, { type: 'BookingExpired', data: { ...subject, ...place } }],
};
const STATUSES = Object.keys(PAST) as BookingStatus[];
const EVERYBODY: readonly Who[] = ['customer', 'business', 'system'];

/** Where a command that already took effect leaves a booking: given again it does nothing, whenever that is. */
const DONE: Partial<Record<LifecycleCommand, BookingStatus>> = {
  ConfirmBooking: 'confirmed',
  DeclineBooking: 'declined',
  ExpireBooking: 'expired',
  CancelBooking: 'cancelled',
  CheckIn: 'checked_in',
  CompleteBooking: 'completed',
  MarkNoShow: 'no_show',
  CorrectOutcome: 'checked_in',
};

const later = { ...place, holdId: 'second hold', start: plusMs(START, 30 * DAY), end: plusMs(END, 30 * DAY) };
/** What the commands say beside who gives them. */
const DATA: { readonly [Command in LifecycleCommand]?: object } = {
  DeclineBooking: { reason: null },
  RescheduleBooking: { ...later, from: 'first hold', price: yen, terms, needsApproval: false },
  ReassignBooking: { ...place, holdId: 'second hold', resourceIds: ['ken'], from: 'first hold', price: yen, terms },
  CancelBooking: { reason: null },
  CheckIn: { code: 'right' },
  CorrectOutcome: { outcome: 'checked_in', reason: 'mixed up' },
  UndoCancellation: { holdId: 'second hold' },
  ChangeBookingDetails: { note: 'by the window' },
};
const commandOf = (type: LifecycleCommand, by: Who) =>
  ({ type, data: { by, ...DATA[type] } }) as Unbranded<BookingCommand | BookingStep>;

/** Around everything that the table calls a moment, to the millisecond. */
const MOMENTS: readonly Instant[] = [
  plusMs(START, -24 * HOUR),
  EXPIRY,
  plusMs(START, -120 * MINUTE),
  START,
  plusMs(START, 15 * MINUTE),
  END,
  plusMs(END, 30 * MINUTE),
  plusMs(START, 15 * MINUTE + 7 * DAY),
  plusMs(END, 7 * DAY),
].flatMap((moment) => [plusMs(moment, -1), moment, plusMs(moment, 1)]);

type Rule = (at: number) => string | undefined;

const starts = epochMs(START);
const always: Rule = () => undefined;
const beforeStart: Rule = (at) => (at < starts ? undefined : 'booking.already_started');
const fromStart: Rule = (at) => (at >= starts ? undefined : 'booking.too_early');
const beforeEnd: Rule = (at) => (at < epochMs(END) ? undefined : 'booking.already_ended');
const fromExpiry: Rule = (at) => (at >= epochMs(EXPIRY) ? undefined : 'booking.not_due');
const whileFree: Rule = (at) => (at <= starts - 24 * HOUR ? undefined : 'booking.too_late_to_change');
const fromTwoHoursBefore: Rule = (at) => (at >= starts - 2 * HOUR ? undefined : 'booking.too_early');
const forAWeek: Rule = (at) => {
  const first = starts + 15 * MINUTE;
  return at < first ? 'booking.too_early' : at <= first + 7 * DAY ? undefined : 'booking.too_late';
};
const fromHalfAnHourAfter: Rule = (at) => (at >= epochMs(END) + 30 * MINUTE ? undefined : 'booking.not_due');
const forAWeekAfterItsOutcome: Rule = (at) => (at <= epochMs(END) + 7 * DAY ? undefined : 'booking.too_late');
const both =
  (one: Rule, other: Rule): Rule =>
  (at) =>
    one(at) ?? other(at);

/** The table as it was agreed on, written down a second time. */
const AGREED: readonly [LifecycleCommand, Who[], BookingStatus[], Rule][] = [
  ['ConfirmBooking', ['business', 'system'], ['pending'], beforeStart],
  ['DeclineBooking', ['business'], ['pending'], beforeStart],
  ['ExpireBooking', ['system'], ['pending'], fromExpiry],
  ['RescheduleBooking', ['customer'], ['pending', 'confirmed'], both(beforeStart, whileFree)],
  ['RescheduleBooking', ['business'], ['pending', 'confirmed'], beforeEnd],
  ['ReassignBooking', ['business'], ['pending', 'confirmed'], beforeEnd],
  ['CancelBooking', ['customer'], ['pending', 'confirmed'], beforeStart],
  ['CancelBooking', ['business'], ['pending', 'confirmed', 'checked_in'], always],
  ['UndoCancellation', ['business'], ['cancelled'], beforeStart],
  ['CheckIn', ['business', 'customer'], ['confirmed'], both(fromTwoHoursBefore, beforeEnd)],
  ['CompleteBooking', ['business'], ['confirmed', 'checked_in'], fromStart],
  ['CompleteBooking', ['system'], ['confirmed', 'checked_in'], fromHalfAnHourAfter],
  ['CorrectOutcome', ['business'], ['completed', 'no_show'], forAWeekAfterItsOutcome],
  ['MarkNoShow', ['business'], ['confirmed'], forAWeek],
  ['KeepBooking', ['business'], ['pending', 'confirmed', 'checked_in'], always],
  ['ChangeBookingDetails', ['customer', 'business'], ['pending', 'confirmed', 'checked_in'], always],
];

function agreedRefusal(type: LifecycleCommand, by: Who, status: BookingStatus, at: Instant): string | undefined {
  const own = AGREED.filter(([command, who]) => command === type && who.includes(by));
  const row = own.find(([, , from]) => from.includes(status));
  if (row) return row[3](epochMs(at));
  return own.length > 0 ? 'booking.invalid_transition' : 'booking.forbidden';
}

const COMMANDS = Object.keys(LIFECYCLE) as LifecycleCommand[];

describe.each(COMMANDS)('%s', (type) => {
  it.each(EVERYBODY)('of the %s is allowed as the table says, in every status at every moment', (by) => {
    for (const status of STATUSES) {
      const state = fold(PAST[status]);
      for (const at of MOMENTS) {
        const refusal = agreedRefusal(type, by, status, at);
        const cell = { type, by, status, at };
        expect({ ...cell, refusal: rejection(() => allowed(type, state, { by, at })) }).toEqual({ ...cell, refusal });
        if (DONE[type] === status) given(PAST[status]).when(commandOf(type, by), at).thenNothing();
        else if (refusal) given(PAST[status]).when(commandOf(type, by), at).thenRejects(refusal);
        else {
          given(PAST[status])
            .when(commandOf(type, by), at)
            .thenState((after) => expect(leadsTo(type, by)).toContain(after.status));
        }
        if (refusal && refusal !== 'booking.forbidden') expect(lifecycleRefusals(type)).toContain(refusal);
      }
    }
  });

  it('is of no booking that is not there', () => {
    const abandoned = { type: 'BookingAbandoned', data: { ...subject, holdId: 'first hold' } } as const;
    for (const past of [[], [abandoned]]) {
      given(past).when(commandOf(type, 'business')).thenRejects('booking.not_found');
    }
  });
});

const leadsTo = (type: LifecycleCommand, by: Who): readonly BookingStatus[] =>
  (LIFECYCLE[type] as readonly Transition[]).find((row) => row.by.includes(by))?.to ?? [];

it('the page on the lifecycle shows this table', () => {
  const rows = COMMANDS.flatMap((command) =>
    (LIFECYCLE[command] as readonly Transition[]).map(({ by, from, when, to }) => {
      const moments = when.map(({ words, code }) => `${words} (\`${code}\`)`).join('; ');
      return `| ${command} | ${by.join(', ')} | ${from.join(', ')} | ${moments} | ${to.join(', ')} |`;
    }),
  );
  const page = readFileSync('docs/booking-lifecycle.md', 'utf8');
  expect(page.split('\n').filter((line) => COMMANDS.some((command) => line.startsWith(`| ${command} |`)))).toEqual(
    rows,
  );
});
