import { type StoredEvent } from '@yoyaku/eventing';
import { advance, BEGINNING } from '@yoyaku/platform';
import { judgeHistory, type Told } from './judgement';
import * as story from './story';
import { ELEVEN, NINE, TEN } from './story';

/** Before the load begins. */
const past = [story.added(story.id(1)), story.became(story.id(1), 'inactive')];
const [first, second, third, somebody, block] = [2, 3, 4, 5, 6].map(story.id) as [
  string,
  string,
  string,
  string,
  string,
];

/** By position, behind the past: what the commands below have done. */
const entries = [
  ...past,
  story.reserved(first, NINE, 21), // 3
  story.requested(first, NINE, 21), // 4
  story.reserved(first, TEN, 22), // 5
  story.rescheduled(first, TEN, 22), // 6
  story.released(first, NINE, 21), // 7
  story.added(somebody), // 8
  story.became(somebody, 'inactive'), // 9
  story.blocked(block, NINE), // 10
  story.reserved(second, ELEVEN, 23), // 11
  story.requested(second, ELEVEN, 23), // 12
  story.unblocked(block, NINE), // 13
  story.cancelled(first), // 14
  story.released(first, TEN, 22), // 15
];

const told: Told = {
  decided: [
    story.told(story.book(NINE), 10, 4, story.shownAs(first, NINE)),
    story.refused(story.book(NINE), 20),
    story.told(story.move(first, TEN), 30, 7, story.shownAs(first, TEN)),
    story.told(story.add, 40, 8, { id: somebody }),
    story.told(story.change(somebody, 'inactive'), 50, 9, { id: somebody }),
    story.told(story.block(NINE), 60, 10, { id: block }),
    story.refused(story.book(NINE), 70),
    story.told(story.book(ELEVEN), 80, 12, story.shownAs(second, ELEVEN)),
    story.told(story.unblock(block), 90, 13, null),
    story.refused(story.unblock(block), 100, 'block.not_found'),
    story.told(story.cancel(first), 110, 15, story.shownAs(first, TEN, 'cancelled')),
    story.refused(story.move(first, NINE), 120, 'booking.invalid_transition'),
  ],
  unsure: [story.unheard(story.cancel(second), 85)],
  readings: [story.read(story.shownAs(first, TEN), 35, 7), story.read(story.shownAs(second, ELEVEN), 125, 12)],
};

const marksOf = (events: readonly StoredEvent[]) => {
  let mark = BEGINNING;
  return events.map((event) => {
    mark = advance(mark, event);
    return mark;
  });
};

/** What was seen while it ran: the past, what stood at the seventh event, and the end. */
const whole = story.stored(entries);
const marks = [1, 6, 14].flatMap((i) => marksOf(whole)[i] ?? []);

async function wrong(events: readonly StoredEvent[], said: Partial<Told> = {}): Promise<string[]> {
  const circumstances = { businessId: story.BUSINESS, services: [story.cut], openedAt: 2n, marks };
  const { judged } = await judgeHistory({ ...told, ...said }, events, circumstances);
  return judged.filter(({ findings }) => findings.length > 0).map(({ name }) => name);
}

const ORDER = expect.stringContaining('one order explains');
const REFUSALS = expect.stringContaining('every refusal was true');
const READINGS = expect.stringContaining('every answer and reading');
const CHAINS = expect.stringContaining('hash chains are whole');
const OVERLAPS = expect.stringContaining('overlapped');
const TWICE = expect.stringContaining('no event stands twice');

const without = (...types: string[]) => entries.filter(([type]) => !types.includes(type));
const decidedBut = (at: number, ...instead: Told['decided']) => ({
  decided: told.decided.toSpliced(at, 1, ...instead),
});
const between = (at: number, ...put: story.Entry[]) => story.stored(entries.toSpliced(at, 0, ...put));

describe('the judge', () => {
  it('finds nothing wrong with what is right', async () => {
    expect(await wrong(whole)).toEqual([]);
  });

  it('finds a dropped tail, of the whole store and of one stream', async () => {
    expect(await wrong(whole.slice(0, -2))).toEqual(expect.arrayContaining([ORDER, CHAINS]));
    // Nobody was told of what was done without an answer: only what was seen before tells that it is gone.
    const unheard = story.stored([...entries, story.cancelled(second), story.released(second, ELEVEN, 23)]);
    const circumstances = {
      businessId: story.BUSINESS,
      services: [story.cut],
      openedAt: 2n,
      marks: marksOf(unheard).slice(-1),
    };
    const { judged } = await judgeHistory(told, whole, circumstances);
    expect(judged.filter(({ findings }) => findings.length > 0).map(({ name }) => name)).toEqual([CHAINS]);
  });

  it('finds a lost stream', async () => {
    const lost = whole.filter(({ stream }) => stream !== `customer-${somebody}`);
    expect(await wrong(lost)).toEqual(expect.arrayContaining([ORDER, CHAINS]));
  });

  it('finds an event of the past changed, also where its chain was made anew', async () => {
    const altered = whole.map((event) => (event.position === 2n ? { ...event, data: { status: 'lead' } } : event));
    expect(await wrong(altered)).toContainEqual(CHAINS);
    const rechained = story.stored(entries.with(1, story.became(story.id(1), 'lead')));
    expect(await wrong(rechained)).toEqual([CHAINS]);
  });

  it('finds a doubled effect, and an event that stands twice', async () => {
    expect(await wrong(between(9, story.became(somebody, 'inactive')))).toContainEqual(ORDER);
    expect(await wrong([...whole, { ...(whole.at(-1) as StoredEvent), position: 16n }])).toContainEqual(TWICE);
  });

  it('finds an effect that nobody asked for, one of a refused command, and one that was told and is not there', async () => {
    expect(await wrong(story.stored([...entries, story.became(somebody, 'customer')]))).toEqual([ORDER]);
    const done = story.stored([...entries, story.reserved(third, NINE, 24), story.requested(third, NINE, 24)]);
    expect(await wrong(done)).toEqual([ORDER]);
    expect(await wrong(story.stored(without('CustomerStatusChanged')))).toContainEqual(ORDER);
  });

  it('finds what was done in another order than it was asked and answered in', async () => {
    const customer = entries.findIndex(([type, stream]) => type === 'CustomerCreated' && stream.endsWith(somebody));
    const [made, became] = entries.slice(customer, customer + 2) as [story.Entry, story.Entry];
    const late = story.stored([...entries.toSpliced(customer, 2), made, became]);
    expect(await wrong(late)).toContainEqual(ORDER);
  });

  it('finds a command without an answer that was done twice', async () => {
    const once = [story.cancelled(second), story.released(second, ELEVEN, 23)];
    expect(await wrong(story.stored([...entries, ...once]))).toEqual([]);
    expect(await wrong(story.stored([...entries, ...once, story.cancelled(second)]))).toContainEqual(ORDER);
  });

  it('finds a wrong refusal: nobody had the slot, the block still stood, the booking could be moved', async () => {
    expect(await wrong(whole, decidedBut(1, story.refused(story.book(ELEVEN), 20)))).toEqual([REFUSALS]);
    expect(await wrong(whole, decidedBut(6, story.refused(story.book(NINE), 95)))).toEqual([REFUSALS]);
    expect(await wrong(whole, decidedBut(9, story.refused(story.unblock(block), 65, 'block.not_found')))).toEqual([
      REFUSALS,
    ]);
    const early = story.refused(story.move(first, NINE), 45, 'booking.invalid_transition');
    expect(await wrong(whole, decidedBut(11, early))).toEqual([REFUSALS]);
    expect(await wrong(whole, decidedBut(1, story.refused(story.book(NINE), 20, 'booking.off_grid')))).toEqual([
      REFUSALS,
    ]);
  });

  it('finds a stale reading, a reading of what never was, and a wrong answer', async () => {
    const stale = story.read(story.shownAs(first, NINE), 35, 7);
    expect(await wrong(whole, { readings: [stale] })).toEqual([READINGS]);
    expect(await wrong(whole, { readings: [story.read(story.shownAs(first, ELEVEN), 35, 7)] })).toEqual([READINGS]);
    const shown = story.told(story.move(first, TEN), 30, 7, story.shownAs(first, NINE));
    expect(await wrong(whole, decidedBut(2, shown))).toEqual([READINGS]);
  });

  it('finds a slot that was given twice, though one of both was given up in the end', async () => {
    const twice = between(12, story.reserved(third, ELEVEN, 24), story.released(third, ELEVEN, 24));
    expect(await wrong(twice)).toContainEqual(OVERLAPS);
  });
});
