import {
  decide,
  deriveUuid,
  evolve,
  type Instant,
  instant,
  MINUTE,
  plusMs,
  type Taken,
  type Unbranded,
  type Uuid,
} from '@yoyaku/kernel';
import { rejection, SPEC_TIME, specify } from '@yoyaku/kernel/specification';
import fc from 'fast-check';
import { bookingsWithin, Calendar, type CalendarState, type CalendarStep, isBusyAs } from './calendar.decider';
import type { Slot } from './calendar.events';

const { fold, given } = specify(Calendar.decider);

type Wanted = Unbranded<Slot & { capacity: number }>;
const at = (minutes: number) => plusMs(instant('2026-05-01T09:00:00Z'), minutes * MINUTE);

const slot = (bookingId: string, start: number, end: number, other: Partial<Wanted> = {}): Wanted => ({
  bookingId,
  holdId: `hold of ${bookingId}`,
  businessId: 'salon',
  resourceId: 'yuki',
  serviceId: 'haircut',
  start: at(start),
  end: at(end),
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  partySize: 1,
  shared: true,
  alongside: null,
  capacity: 1,
  ...other,
});
const reserve = (...slots: Wanted[]) => ({ type: 'ReserveSlots', data: { slots } }) as const;
const reserved = (data: Wanted) => ({ type: 'SlotReserved', data }) as const;
const released = ({ capacity: _, ...data }: Wanted) => ({ type: 'SlotReleased', data }) as const;
const block = { blockId: 'lunch', businessId: 'salon', resourceId: 'yuki', start: at(0), end: at(60) };
const blocked = { type: 'TimeBlocked', data: { ...block, reason: null, calendarId: null } } as const;

describe('a calendar', () => {
  it('sets time aside', () => {
    given([])
      .when(reserve(slot('a', 0, 60)))
      .then([reserved(slot('a', 0, 60))]);
  });

  it('gives the same time once', () => {
    given([reserved(slot('a', 0, 60))])
      .when(reserve(slot('b', 45, 90)))
      .thenRejects('booking.slot_taken');
    given([reserved(slot('a', 0, 60))])
      .when(reserve(slot('b', -30, 90)))
      .thenRejects('booking.slot_taken');
    given([reserved(slot('a', 0, 60))])
      .when(reserve(slot('b', 15, 30)))
      .thenRejects('booking.slot_taken');
  });

  it('gives the time right before and right after', () => {
    given([reserved(slot('a', 0, 60))])
      .when(reserve(slot('b', 60, 120), slot('c', -60, 0)))
      .then([reserved(slot('b', 60, 120)), reserved(slot('c', -60, 0))]);
  });

  it('gives time that its bookings leave, and keeps it for them until they have left', () => {
    const [a, b] = [slot('a', 0, 60), slot('b', 60, 120)];
    const moved = slot('a', 60, 120, { holdId: 'move' });
    const leaving = [
      { bookingId: 'b', holdId: 'hold of b' },
      { bookingId: 'c', holdId: 'unknown' },
    ];
    const move = { type: 'ReserveSlots', data: { slots: [moved], leaving } } as const;
    const past = [reserved(a), reserved(b)];
    given(past).when(reserve(moved)).thenRejects('booking.slot_taken');
    given(past)
      .when(move)
      .then([reserved(moved)]);
    given([...past, reserved(moved)])
      .when(move)
      .thenNothing();
    given([...past, reserved(moved)])
      .when(reserve(slot('d', 90, 100)))
      .thenRejects('booking.slot_taken');
    const release = { type: 'ReleaseSlots', data: { holds: leaving } } as const;
    given([...past, reserved(moved)])
      .when(release)
      .then([released(b)]);
    given([reserved(a), reserved(moved)])
      .when(release)
      .thenNothing();
  });

  it('gives time again that was released', () => {
    given([reserved(slot('a', 0, 60)), released(slot('a', 0, 60))])
      .when(reserve(slot('b', 30, 90)))
      .then([reserved(slot('b', 30, 90))]);
  });

  it('reserves nothing twice for one operation', () => {
    given([reserved(slot('a', 0, 60))])
      .when(reserve(slot('a', 0, 60)))
      .thenNothing();
  });

  it('takes no hold for one at another time', () => {
    given([reserved(slot('a', 0, 60))])
      .when(reserve(slot('a', 120, 180)))
      .then([reserved(slot('a', 120, 180))]);
  });

  it('takes no hold for one of another length, which it replaces', () => {
    given([reserved(slot('a', 0, 30))])
      .when(reserve(slot('a', 0, 60)))
      .then([released(slot('a', 0, 30)), reserved(slot('a', 0, 60))]);
    given([reserved(slot('a', 0, 30)), reserved(slot('b', 30, 60))])
      .when(reserve(slot('a', 0, 60)))
      .thenRejects('booking.slot_taken');
  });

  it('lets a booking stand in its own way, as long as a change of it is under way', () => {
    const moved = slot('a', 30, 90, { holdId: 'hold of the change' });
    given([reserved(slot('a', 0, 60))])
      .when(reserve(moved))
      .then([reserved(moved)]);
    given([reserved(slot('a', 0, 60)), reserved(moved)])
      .when(reserve(slot('b', 75, 120)))
      .thenRejects('booking.slot_taken');
    given([reserved(slot('a', 0, 60)), reserved(moved)])
      .when({ type: 'ReleaseSlot', data: { bookingId: 'a', holdId: 'hold of a' } })
      .then([released(slot('a', 0, 60))]);
  });

  it('releases what is not there without a word', () => {
    given([])
      .when({ type: 'ReleaseSlot', data: { bookingId: 'a', holdId: 'hold of a' } })
      .thenNothing();
  });

  it('reserves a series as a whole or not at all', () => {
    given([reserved(slot('a', 60, 120))])
      .when(reserve(slot('b', 0, 60), slot('c', 60, 90)))
      .thenRejects('booking.slot_taken');
    given([])
      .when(reserve(slot('b', 0, 60), slot('c', 30, 90)))
      .thenRejects('booking.slot_taken');
  });

  it('lets buffers overlap buffers, but not time', () => {
    const cleaned = reserved(slot('a', 0, 60, { bufferAfterMinutes: 15 }));
    given([cleaned])
      .when(reserve(slot('b', 70, 120)))
      .thenRejects('booking.slot_taken');
    given([cleaned])
      .when(reserve(slot('b', 75, 120)))
      .then([reserved(slot('b', 75, 120))]);
    const prepared = slot('b', 75, 120, { bufferBeforeMinutes: 15 });
    given([cleaned])
      .when(reserve(prepared))
      .then([reserved(prepared)]);
    const wellPrepared = slot('b', 75, 120, { bufferBeforeMinutes: 20 });
    given([cleaned]).when(reserve(wellPrepared)).thenRejects('booking.slot_taken');
  });

  it('fills a class up to its capacity', () => {
    const pupils = (bookingId: string, partySize: number) => slot(bookingId, 0, 60, { partySize, capacity: 10 });
    given([reserved(pupils('a', 6))])
      .when(reserve(pupils('b', 4)))
      .then([reserved(pupils('b', 4))]);
    given([reserved(pupils('a', 6))])
      .when(reserve(pupils('b', 5)))
      .thenRejects('booking.slot_taken');
  });

  it('holds one class at a time', () => {
    const pupils = reserved(slot('a', 0, 60, { capacity: 10 }));
    given([pupils])
      .when(reserve(slot('b', 30, 90, { capacity: 10 })))
      .thenRejects('booking.slot_taken');
    given([pupils])
      .when(reserve(slot('b', 0, 60, { capacity: 10, serviceId: 'yoga' })))
      .thenRejects('booking.slot_taken');
  });

  it('keeps blocked time free of bookings, and leaves what is booked in it', () => {
    given([blocked])
      .when(reserve(slot('a', 30, 90)))
      .thenRejects('booking.slot_taken');
    const over = [reserved(slot('a', 30, 90)), reserved(slot('b', -30, 0)), reserved(slot('c', 90, 100))];
    given(over)
      .when({ type: 'BlockTime', data: { ...block, reason: null } })
      .then([blocked]);
    expect(bookingsWithin(fold([...over, blocked]), { start: instant(block.start), end: instant(block.end) })).toEqual([
      'a',
    ]);
    given([blocked])
      .when({ type: 'BlockTime', data: { ...block, blockId: 'dentist', reason: 'dentist' } })
      .then([{ type: 'TimeBlocked', data: { ...block, blockId: 'dentist', reason: 'dentist', calendarId: null } }]);
  });

  it('tells a block from a booking that has its id', () => {
    const booked = slot('lunch', 0, 60, { holdId: 'lunch' });
    given([blocked]).when(reserve(booked)).thenRejects('booking.slot_taken');
    given([reserved(booked)])
      .when({ type: 'BlockTime', data: { ...block, reason: null } })
      .then([blocked]);
    given([reserved(booked)])
      .when({ type: 'UnblockTime', data: { blockId: 'lunch' } })
      .thenRejects('block.not_found');
    given([blocked])
      .when({ type: 'ReleaseSlot', data: { bookingId: 'lunch', holdId: 'lunch' } })
      .thenNothing();
  });

  it('blocks once; the same block for another time is refused', () => {
    const again = { ...block, reason: null };
    given([blocked]).when({ type: 'BlockTime', data: again }).thenNothing();
    given([blocked])
      .when({ type: 'BlockTime', data: { ...again, end: at(90) } })
      .thenRejects('block.id_taken');
  });

  it('unblocks', () => {
    const unblock = { type: 'UnblockTime', data: { blockId: 'lunch' } } as const;
    given([blocked])
      .when(unblock)
      .then([{ type: 'TimeUnblocked', data: block }]);
    given([]).when(unblock).thenRejects('block.not_found');
  });

  describe('with a calendar outside', () => {
    const google = { calendarId: 'google', businessId: 'salon', resourceId: 'yuki' };
    const linked = { type: 'OutsideCalendarLinked', data: { ...google, url: 'https://calendar.example/a' } } as const;
    const unlinked = { type: 'OutsideCalendarUnlinked', data: google } as const;
    const time = (from: number, to: number) => ({ start: at(from), end: at(to) });
    const set = (...times: { start: Instant; end: Instant }[]) =>
      ({ type: 'SetBusyTimes', data: { calendarId: 'google', times } }) as const;
    const blockOf = ({ start, end }: { start: Instant; end: Instant }) => ({
      blockId: deriveUuid('outside-time', 'google', start, end),
      businessId: 'salon',
      resourceId: 'yuki',
      start,
      end,
    });
    const busy = (from: number, to: number) =>
      ({ type: 'TimeBlocked', data: { ...blockOf(time(from, to)), reason: null, calendarId: 'google' } }) as const;
    const free = (from: number, to: number) => ({ type: 'TimeUnblocked', data: blockOf(time(from, to)) }) as const;

    it('is linked once, and ten are at most', () => {
      const link = { type: 'LinkOutsideCalendar', data: linked.data } as const;
      given([]).when(link).then([linked]);
      given([linked]).when(link).thenNothing();
      const ten = Array.from({ length: 10 }, (_, i) => ({
        ...linked,
        data: { ...linked.data, calendarId: `${i}` },
      }));
      given(ten).when(link).thenRejects('calendar.too_many');
      given(ten.slice(1)).when(link).then([linked]);
    });

    it('is blocked when it says so; differences alone are told', () => {
      given([linked])
        .when(set(time(0, 60), time(90, 120)))
        .then([busy(0, 60), busy(90, 120)]);
      given([linked, busy(0, 60), busy(90, 120)])
        .when(set(time(90, 120), time(0, 60)))
        .thenNothing();
      given([linked, busy(0, 60), busy(90, 120)])
        .when(set(time(0, 60), time(90, 150)))
        .then([busy(90, 150), free(90, 120)]);
      given([linked, busy(0, 60)])
        .when(set())
        .then([free(0, 60)]);
      given([linked, busy(0, 60), free(0, 60)])
        .when(set(time(0, 60)))
        .then([busy(0, 60)]);
    });

    it('keeps what is over, and leaves what others blocked or booked', () => {
      given([linked, busy(0, 60)])
        .when(set(), at(60))
        .thenNothing();
      given([linked])
        .when(set(time(0, 60)), at(60))
        .thenNothing();
      given([linked, blocked, reserved(slot('a', 60, 120))])
        .when(set())
        .thenNothing();
      given([linked, reserved(slot('a', 0, 60))])
        .when(set(time(30, 90)))
        .then([busy(30, 90)]);
      given([linked, busy(30, 90)])
        .when(reserve(slot('a', 0, 60)))
        .thenRejects('booking.slot_taken');
    });

    it('is asked no more once it is unlinked, and then nothing of it stays', () => {
      const unlink = { type: 'UnlinkOutsideCalendar', data: { calendarId: 'google' } } as const;
      given([linked, busy(0, 60)])
        .when(unlink)
        .then([unlinked]);
      given([linked, unlinked]).when(unlink).thenRejects('calendar.not_found');
      given([]).when(unlink).thenRejects('calendar.not_found');
      given([linked, busy(0, 60), unlinked])
        .when(set(time(90, 120)), at(90))
        .then([free(0, 60)]);
      given([linked, unlinked])
        .when(set(time(90, 120)))
        .thenNothing();
      given([])
        .when(set(time(90, 120)))
        .thenNothing();
    });

    it('lifts its blocks itself', () => {
      const { blockId } = blockOf(time(0, 60));
      given([linked, busy(0, 60)])
        .when({ type: 'UnblockTime', data: { blockId } })
        .thenRejects('block.of_calendar');
    });

    it('tells of many in turns, each in one append', () => {
      const many = Array.from({ length: 1_000 }, (_, i) => time(i, i + 1));
      let state = fold([linked]);
      const turns: number[] = [];
      const data = { calendarId: 'google' as string as Uuid, times: many };
      while (!isBusyAs(state, data, SPEC_TIME)) {
        const events = decide(Calendar.decider, { type: 'SetBusyTimes', data, at: SPEC_TIME }, state);
        turns.push(events.length);
        state = events.reduce((folded, event) => evolve(Calendar.decider, folded, { ...event, at: SPEC_TIME }), state);
      }
      expect(turns).toEqual([400, 400, 200]);
    });
  });

  it('blocks only what has sense', () => {
    const backwards = { ...block, start: at(60), end: at(0), reason: null };
    given([]).when({ type: 'BlockTime', data: backwards }).thenRejects('calendar.ends_before_start');
    given([])
      .when({ type: 'BlockTime', data: { ...block, reason: null } }, at(61))
      .thenRejects('calendar.in_the_past');
  });

  it('blocks a year at most', () => {
    given([])
      .when({ type: 'BlockTime', data: { ...block, end: at(367 * 24 * 60), reason: null } })
      .thenRejects('calendar.block_too_long');
  });

  it('forgets two days later what has passed', () => {
    const old = { ...reserved(slot('a', 0, 60)), at: SPEC_TIME };
    const next = slot('b', 3000, 3060);
    given([old])
      .when(reserve(next), at(60 + 47 * 60))
      .thenState(({ entries }) => expect(entries).toHaveLength(2));
    given([old])
      .when(reserve(next), at(60 + 49 * 60))
      .thenState(({ entries }) => expect(entries).toHaveLength(1));
  });

  it('forgets how long things could take with the longest of them', () => {
    const day = reserved(slot('a', 0, 24 * 60));
    const hour = reserved(slot('b', 2000, 2060));
    const hours = ({ reach }: CalendarState) => reach / (60 * MINUTE);
    given([day, hour])
      .when({ type: 'ReleaseSlot', data: { bookingId: 'a', holdId: 'hold of a' } })
      .thenState((state) => expect(hours(state)).toBe(1));
    given([{ ...day, at: SPEC_TIME }])
      .when(reserve(slot('b', 5000, 5060)), at(24 * 60 + 49 * 60))
      .thenState((state) => expect(hours(state)).toBe(1));
  });
});

/** The rules as one would tell them to a person, over plain lists. */
class NaiveCalendar {
  slots: Wanted[] = [];

  tryReserve(wanted: Wanted): boolean {
    if (this.slots.some(({ holdId, end }) => holdId === wanted.holdId && end === wanted.end)) return true;
    const others = this.slots.filter(({ bookingId }) => bookingId !== wanted.bookingId);
    const session = others.filter((other) => isSameSession(other, wanted));
    const apart = others.every((other) => isSameSession(other, wanted) || areApart(other, wanted));
    const people = session.reduce((sum, { partySize }) => sum + partySize, wanted.partySize);
    if (!apart || people > wanted.capacity) return false;
    this.slots = [...this.slots.filter(({ holdId }) => holdId !== wanted.holdId), wanted];
    return true;
  }

  release(holdId: string): void {
    this.slots = this.slots.filter((held) => held.holdId !== holdId);
  }
}

const isSameSession = (a: Wanted, b: Wanted) => a.serviceId === b.serviceId && a.start === b.start && a.end === b.end;

const areApart = (a: Wanted, b: Wanted): boolean => keepsClear(a, b) && keepsClear(b, a);
const keepsClear = (a: Wanted, b: Wanted): boolean =>
  Date.parse(a.end) + a.bufferAfterMinutes * MINUTE <= Date.parse(b.start) ||
  Date.parse(b.end) <= Date.parse(a.start) - a.bufferBeforeMinutes * MINUTE;

describe('whatever is asked of a calendar', () => {
  const services = [
    { serviceId: 'haircut', capacity: 1 },
    { serviceId: 'yoga', capacity: 5 },
  ];
  const wanted = fc
    .record({
      booking: fc.nat(12),
      hold: fc.nat(2),
      service: fc.constantFrom(...services),
      start: fc.nat(24).map((n) => n * 15),
      length: fc.constantFrom(15, 30, 60, 1440),
      bufferBeforeMinutes: fc.constantFrom(0, 10, 30),
      bufferAfterMinutes: fc.constantFrom(0, 5, 20),
      partySize: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ booking, hold, service, start, length, ...rest }) =>
      slot(`${booking}`, start, start + length, { holdId: `${booking}/${hold} at ${start}`, ...service, ...rest }),
    );
  const step = fc.oneof(
    { weight: 4, arbitrary: wanted.map((data) => ({ reserve: data })) },
    { weight: 1, arbitrary: wanted.map(({ bookingId, holdId }) => ({ release: { bookingId, holdId } })) },
  );

  const take = (state: CalendarState, command: Unbranded<CalendarStep>): CalendarState =>
    decide(Calendar.decider, { ...command, at: SPEC_TIME } as Taken<CalendarStep>, state).reduce(
      (folded, event) => evolve(Calendar.decider, folded, { ...event, at: SPEC_TIME }),
      state,
    );

  it('it agrees with the rules told plainly, and never holds more than fits', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const naive = new NaiveCalendar();
        let state = Calendar.decider.initial;
        for (const one of steps) {
          if ('release' in one) {
            state = take(state, { type: 'ReleaseSlot', data: one.release });
            naive.release(one.release.holdId);
          } else {
            const refused = rejection(() => {
              state = take(state, reserve(one.reserve));
            });
            expect(refused).toBe(naive.tryReserve(one.reserve) ? undefined : 'booking.slot_taken');
          }
          expect(state.entries.map(({ holdId }) => holdId).sort()).toEqual(naive.slots.map((s) => s.holdId).sort());
          expect(state.entries.map(({ start }) => start)).toEqual(state.entries.map(({ start }) => start).sort());
        }
        expectNoInstantOverfull(naive.slots);
      }),
      { numRuns: 300 },
    );
  });

  it('its state survives a snapshot', () => {
    const state = take(Calendar.decider.initial, reserve(slot('a', 0, 60)));
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});

/** At any instant: one session, and no more people in it than its capacity; a booking under change counts once. */
function expectNoInstantOverfull(slots: readonly Wanted[]): void {
  for (const { start } of slots) {
    const present = slots.filter((other) => other.start <= start && start < other.end);
    const bookings = new Map(present.map((held) => [held.bookingId, held]));
    const sessions = new Set([...bookings.values()].map((held) => `${held.serviceId} ${held.start} ${held.end}`));
    if (bookings.size > 1 && sessions.size === 1) {
      const people = [...bookings.values()].reduce((sum, { partySize }) => sum + partySize, 0);
      expect(people).toBeLessThanOrEqual(Math.max(...present.map(({ capacity }) => capacity)));
    }
    const others = present.filter((a) => present.some((b) => a.bookingId !== b.bookingId && !isSameSession(a, b)));
    expect(others).toEqual([]);
  }
}
