import type { Decided, Unsure } from './client';
import { coursesOf } from './course';
import { judgeEffects, lostPositions } from './effects';
import { Moments } from './moments';
import * as story from './story';
import { NINE, TEN } from './story';

const [booking, other, somebody] = [story.id(1), story.id(2), story.id(3)] as [string, string, string];
const made = story.requested(booking, NINE, 21);
const moved = story.rescheduled(booking, TEN, 22);
const cancelled = story.cancelled(booking);

const booked = (at: number, position: number) => story.told(story.book(NINE), at, position, { id: booking });

function judge(decided: readonly Decided[], unsure: readonly Unsure[], ...entries: readonly story.Entry[]) {
  const events = story.stored(entries);
  const courses = coursesOf(events);
  const judged = judgeEffects(decided, unsure, courses, new Moments(decided, courses.made));
  return { ...judged, lost: lostPositions(decided, events) };
}

describe('what commands have done', () => {
  it('is right when two ask for the same at once, and one finds it done', () => {
    const both = [
      booked(0, 1),
      story.told(story.cancel(booking), 5, 2, null),
      story.told(story.cancel(booking), 5, 2, null),
    ];
    expect(judge(both, [], made, cancelled)).toMatchObject({ findings: [], lost: [] });
    expect(judge(both, [], made).findings).toHaveLength(2);
  });

  it('is right only if nobody who was answered before was stored after', () => {
    const somebodyIn = (at: number, position: number) => story.told(story.add, at, position, { id: somebody });
    expect(judge([booked(0, 1), somebodyIn(5, 2)], [], made, story.added(somebody)).findings).toEqual([]);
    expect(judge([somebodyIn(0, 2), booked(5, 1)], [], made, story.added(somebody)).findings).not.toEqual([]);
    // Both were asked at once: any order will do.
    expect(judge([somebodyIn(0, 2), booked(0, 1)], [], made, story.added(somebody)).findings).toEqual([]);
  });

  it('is wrong for a thing that was gone, or already so', () => {
    const all = [
      booked(0, 1),
      story.told(story.move(booking, TEN), 2, 2, null),
      story.told(story.cancel(booking), 4, 3, null),
    ];
    expect(judge(all, [], made, moved, cancelled).findings).toEqual([]);
    expect(judge(all, [], made, cancelled, moved).findings).not.toEqual([]);
    expect(judge(all, [], made, moved, moved, cancelled).findings).not.toEqual([]);
    expect(judge(all, [], made, made, moved, cancelled).findings).not.toEqual([]);
  });

  it('takes one that was made without an answer for what was asked for, once', () => {
    const second = story.requested(other, NINE, 23);
    const asked = (times: number) => Array.from({ length: times }, () => story.unheard(story.book(NINE), 0));
    expect(judge([], asked(1), made)).toMatchObject({ findings: [], doneUnheard: 1 });
    expect(judge([], asked(2), made, second).findings).toEqual([]);
    expect(judge([], asked(1), made, second).findings).toHaveLength(1);
    expect(judge([], [story.unheard(story.book(TEN), 0)], made).findings).toHaveLength(1);
  });

  it('knows hours, capacity and price by what they are set to, whoever set them, and from what on', () => {
    const [resource, service] = [story.id(11), story.id(12)] as [string, string];
    const hours = [{ day: 1, starts: '10:00', ends: '18:00' }];
    const price = { amount: 5_000, currency: 'JPY' };
    const entries: story.Entry[] = [
      ['ResourceCreated', `resource-${resource}`, { resourceId: resource, capacity: 1 }],
      ['ResourceHoursSet', `resource-${resource}`, { resourceId: resource, hours }],
      ['ResourceChanged', `resource-${resource}`, { resourceId: resource, capacity: 2 }],
      ['ServiceCreated', `service-${service}`, { serviceId: service, price }],
      ['ServiceChanged', `service-${service}`, { serviceId: service, price: { ...price, amount: 6_000 } }],
    ];
    const events = story.stored(entries);
    const courses = coursesOf(events);
    const asked = { ...courses, done: courses.done.filter(({ effect }) => effect !== 'made') };
    const decided = [
      story.told({ method: 'PUT', path: '/staff/working-hours', body: { resourceId: resource, hours } }, 0, 2, null),
      story.told({ method: 'PUT', path: `/owner/resources/${resource}`, body: { capacity: 2 } }, 2, 3, null),
      story.told({ method: 'PUT', path: `/owner/services/${service}`, body: { price } }, 4, 4, null),
      story.told(
        { method: 'PUT', path: `/owner/services/${service}`, body: { price: { ...price, amount: 6_000 } } },
        6,
        5,
        null,
      ),
    ];
    expect(judgeEffects(decided, [], asked, new Moments(decided, courses.made)).findings).toEqual([]);
    const late = story.told({ method: 'PUT', path: `/owner/services/${service}`, body: { price } }, 8, 5, null);
    const all = [...decided, late];
    expect(judgeEffects(all, [], asked, new Moments(all, courses.made)).findings).toHaveLength(1);
  });

  it('takes what was told to be done for done by then, and the later effect for that of another', () => {
    const change = (at: number, position: number, status: string) =>
      story.told(story.change(somebody, status), at, position, null);
    const entries = [
      story.added(somebody),
      story.became(somebody, 'inactive'), // 2
      story.became(somebody, 'customer'), // 3
      story.became(somebody, 'inactive'), // 4
    ];
    const asked = (found: number) => [
      story.told(story.add, 0, 1, { id: somebody }),
      change(5, 2, 'inactive'),
      change(5, found, 'inactive'),
      change(5, 3, 'customer'),
      change(5, 4, 'inactive'),
    ];
    expect(judge(asked(2), [], ...entries).findings).toEqual([]);
    expect(judge(asked(1), [], ...entries).findings).toHaveLength(1);
  });

  it('tells of an answer whose position is before what was done, or that of no event', () => {
    expect(judge([booked(0, 1)], [], made, moved).lost).toEqual([]);
    expect(
      judge([booked(0, 1), story.told(story.move(booking, TEN), 2, 1, null)], [], made, moved).findings,
    ).not.toEqual([]);
    expect(judge([booked(0, 7)], [], made).lost).toHaveLength(1);
  });
});
