import { DAY, ensure, epochMs, HOUR, type Instant, MINUTE, plusMs } from '@yoyaku/kernel';
import { completionOf } from './booking.events';
import { type BookingState, type BookingStatus, earlier, type MadeBooking, made } from './booking-state';

/** Who acts on a booking: its customer, the business's people, or the system at a deadline. */
export type Who = 'customer' | 'business' | 'system';

/** The refusals of commands that come at the wrong moment. */
type Untimely =
  | 'booking.already_started'
  | 'booking.already_ended'
  | 'booking.not_due'
  | 'booking.too_early'
  | 'booking.too_late'
  | 'booking.too_late_to_change';

/** As much of a booking as the table judges by. */
export type Judged = Pick<MadeBooking, 'status' | 'start' | 'end' | 'terms' | 'expiresAt' | 'outcomeAt'>;

/** A moment in a booking's life on which a command depends. The refusal of who is on its wrong side names it. */
interface Limit {
  /** Null: it never comes. */
  readonly moment: (booking: Judged) => Instant | null;
  /** Whether a command is allowed so many ms after the moment (before it, if negative). */
  readonly allows: (ms: number) => boolean;
  readonly code: Untimely;
  /** What the refusal calls the moment. */
  readonly fact: 'earliest' | 'latest';
  /** For the page on the lifecycle. */
  readonly words: string;
}

/** A row of the table: who may give the command, to a booking of which status, when, and what becomes of it. */
export interface Transition {
  readonly by: readonly Who[];
  readonly from: readonly BookingStatus[];
  readonly when: readonly Limit[];
  readonly to: readonly BookingStatus[];
}

const isBefore = (ms: number): boolean => ms < 0;
const isUntil = (ms: number): boolean => ms <= 0;
const isSince = (ms: number): boolean => ms >= 0;

/** No-shows are marked so long after they could first be. */
const NO_SHOW_OPEN_FOR = 7 * DAY;
/** What became of a booking is corrected so long after it was first said. A correction does not prolong that. */
const CORRECTABLE_FOR = 7 * DAY;

/** Until when its customer may move or cancel it without a fee. */
export const freeUntil = ({ terms, start }: Judged): Instant => plusMs(start, -terms.freeUntilHours * HOUR);

/** When it lapses unless it is approved. Events of an earlier build name moments after its start. */
const expiry = ({ expiresAt, start }: Judged): Instant => (expiresAt ? earlier(expiresAt, start) : start);

const noShowFrom = ({ terms, start }: Judged): Instant => plusMs(start, terms.noShowAfterMinutes * MINUTE);

const beforeStart: Limit = {
  moment: ({ start }) => start,
  allows: isBefore,
  code: 'booking.already_started',
  fact: 'latest',
  words: 'before its start',
};
const fromStart: Limit = {
  moment: ({ start }) => start,
  allows: isSince,
  code: 'booking.too_early',
  fact: 'earliest',
  words: 'from its start',
};
const beforeEnd: Limit = {
  moment: ({ end }) => end,
  allows: isBefore,
  code: 'booking.already_ended',
  fact: 'latest',
  words: 'before its end',
};
const whileFree: Limit = {
  moment: freeUntil,
  allows: isUntil,
  code: 'booking.too_late_to_change',
  fact: 'latest',
  words: 'while cancelling would be free',
};
const fromExpiry: Limit = {
  moment: expiry,
  allows: isSince,
  code: 'booking.not_due',
  fact: 'earliest',
  words: 'from its expiry, at the latest its start',
};
const fromCheckIn: Limit = {
  moment: ({ terms, start }) => plusMs(start, -terms.checkInFromMinutes * MINUTE),
  allows: isSince,
  code: 'booking.too_early',
  fact: 'earliest',
  words: 'from `checkInFromMinutes` before its start',
};
const fromNoShow: Limit = {
  moment: noShowFrom,
  allows: isSince,
  code: 'booking.too_early',
  fact: 'earliest',
  words: 'from `noShowAfterMinutes` after its start',
};
const whileNoShowOpen: Limit = {
  moment: (booking) => plusMs(noShowFrom(booking), NO_SHOW_OPEN_FOR),
  allows: isUntil,
  code: 'booking.too_late',
  fact: 'latest',
  words: 'for 7 days',
};

const whileCorrectable: Limit = {
  moment: ({ outcomeAt }) => outcomeAt && plusMs(outcomeAt, CORRECTABLE_FOR),
  allows: isUntil,
  code: 'booking.too_late',
  fact: 'latest',
  words: 'for 7 days after it was first completed or missed',
};
/** Where people corrected what became of it, the clock leaves it to them. */
const fromCompletion: Limit = {
  moment: ({ terms, end, outcomeAt }) => (outcomeAt === null ? completionOf(terms, end) : null),
  allows: isSince,
  code: 'booking.not_due',
  fact: 'earliest',
  words: 'from `autoComplete` after its end, where the business wants that',
};

const BOOKED = ['pending', 'confirmed'] as const;
const NOT_ENDED = [...BOOKED, 'checked_in'] as const;

/**
 * What can be done with a booking that is there. The decider refuses all else, the routes name these refusals, and
 * docs/booking-lifecycle.md shows the table.
 */
export const LIFECYCLE = {
  ConfirmBooking: [
    { by: ['business', 'system'], from: ['pending'], when: [beforeStart], to: ['pending', 'confirmed'] },
  ],
  DeclineBooking: [{ by: ['business'], from: ['pending'], when: [beforeStart], to: ['declined'] }],
  ExpireBooking: [{ by: ['system'], from: ['pending'], when: [fromExpiry], to: ['expired'] }],
  RescheduleBooking: [
    { by: ['customer'], from: BOOKED, when: [beforeStart, whileFree], to: BOOKED },
    { by: ['business'], from: BOOKED, when: [beforeEnd], to: BOOKED },
  ],
  ReassignBooking: [{ by: ['business'], from: BOOKED, when: [beforeEnd], to: BOOKED }],
  CancelBooking: [
    { by: ['customer'], from: BOOKED, when: [beforeStart], to: ['cancelled'] },
    { by: ['business'], from: NOT_ENDED, when: [], to: ['cancelled'] },
  ],
  UndoCancellation: [{ by: ['business'], from: ['cancelled'], when: [beforeStart], to: NOT_ENDED }],
  CheckIn: [{ by: ['business', 'customer'], from: ['confirmed'], when: [fromCheckIn, beforeEnd], to: ['checked_in'] }],
  CompleteBooking: [
    { by: ['business'], from: ['confirmed', 'checked_in'], when: [fromStart], to: ['completed'] },
    { by: ['system'], from: ['confirmed', 'checked_in'], when: [fromCompletion], to: ['completed'] },
  ],
  MarkNoShow: [{ by: ['business'], from: ['confirmed'], when: [fromNoShow, whileNoShowOpen], to: ['no_show'] }],
  CorrectOutcome: [
    { by: ['business'], from: ['completed', 'no_show'], when: [whileCorrectable], to: ['checked_in', 'completed'] },
    { by: ['business'], from: ['completed', 'no_show'], when: [whileCorrectable, fromNoShow], to: ['no_show'] },
  ],
  KeepBooking: [{ by: ['business'], from: NOT_ENDED, when: [], to: NOT_ENDED }],
  ChangeBookingDetails: [{ by: ['customer', 'business'], from: NOT_ENDED, when: [], to: NOT_ENDED }],
} as const satisfies Readonly<Record<string, readonly Transition[]>>;

export type LifecycleCommand = keyof typeof LIFECYCLE;

interface Asked {
  readonly by: Who;
  readonly at: Instant;
  readonly to?: BookingStatus;
}

const rowsOf = (command: LifecycleCommand): readonly Transition[] => LIFECYCLE[command];

/** The codes with which the table refuses the command. */
export const lifecycleRefusals = (command: LifecycleCommand): ('booking.invalid_transition' | Untimely)[] => [
  ...new Set(['booking.invalid_transition' as const, ...rowsOf(command).flatMap(({ when }) => when.map(codeOf))]),
];

const codeOf = ({ code }: Limit): Untimely => code;

/**
 * The booking, if the table allows the command now; `to`: what it asks for, where the table knows several ways. Throws
 * `booking.not_found`, `booking.forbidden` to whom may never give it, `booking.invalid_transition`, or what the row says
 * of the moment.
 */
export function allowed(command: LifecycleCommand, state: BookingState, asked: Asked): MadeBooking {
  return judged(command, made(state), asked);
}

/** The same of a booking that is there, from wherever it is known. */
export function judged<Booking extends Judged>(
  command: LifecycleCommand,
  booking: Booking,
  { by, at, to }: Asked,
): Booking {
  const row = rowsOf(command).find((one) => one.by.includes(by) && (to === undefined || one.to.includes(to)));
  ensure(row, 'booking.forbidden', { command });
  ensure(row.from.includes(booking.status), 'booking.invalid_transition', { currentStatus: booking.status, command });
  for (const { moment, allows, code, fact } of row.when) {
    const its = moment(booking);
    ensure(its !== null && allows(epochMs(at) - epochMs(its)), code, its === null ? {} : { [fact]: its });
  }
  return booking;
}

/** Whether its customer pays for cancelling it now. */
export const isLate = (booking: Judged, at: Instant): boolean =>
  !whileFree.allows(epochMs(at) - epochMs(freeUntil(booking)));
