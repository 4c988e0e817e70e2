import type { Decided } from './client';
import { coursesOf } from './course';
import { replay } from './history';
import { Moments } from './moments';
import { unexplained } from './refusals';
import * as story from './story';
import { AYA, BOTAN, ROOM, TEN } from './story';

const service = { ...story.cut, requirements: [[AYA, BOTAN], [ROOM]] };
const [booking, other, third, block] = [1, 2, 3, 4].map(story.id) as [string, string, string, string];
const earlier = (minutes: number) => new Date(Date.parse(TEN) - minutes * 60_000).toISOString();
const ask = story.refused(story.book(TEN), 5);

function count(entries: readonly story.Entry[], ...decided: readonly Decided[]): number {
  const events = story.stored(entries);
  const courses = coursesOf(events);
  const moments = new Moments(decided, courses.made);
  return unexplained(decided, { services: [service], events, courses, bookings: replay(events).courses, moments })
    .length;
}

/** Somebody was told at that moment that all is stored up to that position. */
const knownAt = (at: number, position: number, made = story.id(99)): Decided =>
  story.told(story.add, at, position, { id: made });

describe('a refusal is explained', () => {
  it('when nobody who could serve was free', () => {
    expect(count([story.reserved(booking, TEN, 21, AYA), story.reserved(other, TEN, 22, BOTAN)], ask)).toBe(0);
    expect(count([story.reserved(booking, TEN, 21, ROOM)], ask)).toBe(0);
    expect(count([story.reserved(booking, earlier(35), 21, ROOM)], ask)).toBe(0);
    expect(count([story.blocked(block, earlier(25), ROOM)], ask)).toBe(0);
  });

  it('not when one of them was, or the time lies clear of the others', () => {
    expect(count([], ask)).toBe(1);
    expect(count([story.reserved(booking, TEN, 21, AYA)], ask)).toBe(1);
    expect(count([story.reserved(booking, earlier(40), 21, ROOM)], ask)).toBe(1);
    expect(count([story.blocked(block, earlier(30), ROOM)], ask)).toBe(1);
  });

  it('by what stood while it was asked for, not by what was gone before or came after', () => {
    const later = story.id(50);
    const entries = [
      story.added(story.id(40)),
      story.reserved(booking, TEN, 21, ROOM), // 2
      story.released(booking, TEN, 21, ROOM), // 3
      story.added(later), // 4
    ];
    expect(count(entries, knownAt(1, 2), ask)).toBe(0);
    expect(count(entries, knownAt(1, 3), ask)).toBe(1);
    const early = [story.added(later), ...entries.slice(1, 2)];
    expect(count(early, ask, knownAt(9, 1, later))).toBe(1);
    expect(count(early, ask, knownAt(6, 1, later))).toBe(1);
    expect(count(early, ask, knownAt(5, 1, later))).toBe(0);
  });

  it('for a booking that moves, when one of its own resources was taken by another', () => {
    const move = story.refused(story.move(booking, TEN), 5);
    const own = [
      story.reserved(booking, earlier(120), 21, AYA),
      story.reserved(booking, earlier(120), 21, ROOM),
      story.requested(booking, earlier(120), 21, [AYA, ROOM]),
    ];
    expect(count(own, move)).toBe(1);
    expect(count([...own, story.reserved(other, TEN, 22, AYA)], move)).toBe(0);
    expect(count([...own, story.reserved(other, TEN, 22, BOTAN)], move)).toBe(1);
  });

  it('for one that was cancelled and is to come back, when its time was given to another', () => {
    const undo = story.refused({ method: 'POST', path: `/bookings/${booking}/undo-cancel` }, 5);
    const own = [story.requested(booking, TEN, 21, [AYA, ROOM]), story.cancelled(booking)];
    expect(count(own, undo)).toBe(1);
    expect(count([...own, story.reserved(third, TEN, 22, AYA)], undo)).toBe(0);
  });

  it('for a block, when somebody was booked then; other blocks are not in its way', () => {
    const blocking = story.refused(story.block(TEN, AYA), 5);
    expect(count([story.reserved(booking, earlier(25), 21, AYA)], blocking)).toBe(0);
    expect(count([story.blocked(block, TEN, AYA)], blocking)).toBe(1);
  });

  it('as changed meanwhile, or abandoned, only when that has happened meanwhile', () => {
    const changed = story.refused(story.move(booking, TEN), 5, 'booking.changed_meanwhile');
    const own = story.requested(booking, earlier(120), 21);
    expect(count([own], changed)).toBe(1);
    expect(count([own, story.rescheduled(booking, earlier(60), 22)], changed)).toBe(0);
    const abandoned = story.refused(story.book(TEN), 5, 'booking.abandoned');
    const entry: story.Entry = ['BookingAbandoned', `booking-${other}`, { bookingId: other, holdId: story.id(9) }];
    expect(count([own], abandoned)).toBe(1);
    expect(count([own, entry], abandoned)).toBe(0);
  });
});
