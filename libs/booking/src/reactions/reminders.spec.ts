import type { BusinessFacts } from '@yoyaku/business';
import type { AggregateStore, CommandContext } from '@yoyaku/eventing';
import { HOUR, type Instant, instant, MINUTE, newUuid, plusMs } from '@yoyaku/kernel';
import { id } from '@yoyaku/kernel/specification';
import type { Cause, DueJob, Job, JobHandler } from '@yoyaku/reacting';
import { BookingReminders } from '../application/booking-reminders';
import { Booking } from '../domain/booking.decider';
import type { BookingEvent } from '../domain/booking.events';
import type { BookingState } from '../domain/booking-state';
import { PlanReminders, Remind, reminders, sendReminder } from './reminders';

const bookingId = id('booking');
const subject = { bookingId, businessId: id('salon'), customerId: id('hanako') };
const START = instant('2027-04-20T06:00:00Z');
const terms = { pendingExpiryMinutes: 1440, autoCompleteMinutes: null };
const at = (text: string): Instant => instant(`2027-04-${text}:00Z`);
const placeFrom = (start: Instant) => ({
  holdId: newUuid(),
  locationId: null,
  resourceIds: [],
  start,
  end: plusMs(start, HOUR),
});

/** A booking, its reminders and the reactor, on a clock that the spec sets. */
class Course {
  private now = at('01T00:00');
  private state: BookingState = Booking.decider.initial;
  private readonly jobs = new Map<string, Job & { at: Instant }>();
  private isDown = false;
  hours: readonly number[] = [24, 2];
  /** Which kinds of jobs were done. */
  readonly worked: string[] = [];
  readonly sent: string[] = [];
  private readonly handlers: readonly JobHandler[];

  /** @param isOld as events of an earlier build: their terms do not say when to remind */
  constructor(private readonly isOld = false) {
    const aggregates = { load: async () => ({ state: this.state }) } as unknown as AggregateStore;
    const businesses = { business: async () => ({ settings: { reminderHours: this.hours } }) };
    const facts = businesses as unknown as BusinessFacts;
    const known = new BookingReminders(aggregates, facts);
    this.handlers = [new PlanReminders(known), new Remind(known)];
  }

  async happens(moment: Instant, event: BookingEvent): Promise<void> {
    await this.until(moment);
    const recorded = { ...event, at: moment } as never;
    this.state = Booking.decider.evolve[event.type](this.state as never, recorded);
    this.plan(reminders.on[event.type]?.(recorded) ?? []);
    await this.until(moment);
  }

  private terms(): never {
    return { ...terms, reminderHours: this.isOld ? null : this.hours } as never;
  }

  book = (moment: Instant, start = START, status: 'confirmed' | 'pending' = 'confirmed') =>
    this.happens(moment, {
      type: 'BookingRequested',
      data: { ...subject, ...placeFrom(start), status, terms: this.terms(), expiresAt: null, overridden: [] } as never,
    });
  confirm = (moment: Instant) => this.happens(moment, { type: 'BookingConfirmed', data: subject });
  cancel = (moment: Instant) =>
    this.happens(moment, { type: 'BookingCancelled', data: { reason: null, fee: null } as never });
  undo = (moment: Instant, start = START) =>
    this.happens(moment, {
      type: 'BookingCancellationUndone',
      data: { ...subject, ...placeFrom(start), status: 'confirmed', expiresAt: null },
    });
  move = (moment: Instant, start: Instant, from = START) =>
    this.happens(moment, {
      type: 'BookingRescheduled',
      data: {
        ...subject,
        ...placeFrom(start),
        previous: placeFrom(from),
        agreed: {
          status: 'confirmed',
          pendingFor: [],
          terms: this.terms(),
          expiresAt: null,
          price: { amount: 1, currency: 'JPY' } as never,
        },
      },
    });

  async down(from: Instant, to: Instant): Promise<void> {
    await this.until(from);
    this.isDown = true;
    await this.until(to);
    this.isDown = false;
    await this.until(to);
  }

  /** Lets time pass, minute by minute, and the reactor do what is due. */
  async until(moment: Instant): Promise<string[]> {
    for (; this.now <= moment; this.now = plusMs(this.now, MINUTE)) await this.work(this.now);
    await this.work(moment);
    this.now = moment;
    return this.sent;
  }

  private async work(now: Instant): Promise<void> {
    if (this.isDown) return;
    for (const [key, job] of this.jobs) {
      if (job.at > now || this.done.has(key)) continue;
      this.done.add(key);
      await this.run(job, now);
    }
  }

  private readonly done = new Set<string>();

  private async run(job: Job, now: Instant): Promise<void> {
    this.worked.push(job.kind);
    if (job.kind === sendReminder.name) {
      this.sent.push(`${(job.data as { hours: number }).hours} h at ${now.slice(8, 16)}`);
      return;
    }
    const handler = this.handlers.find(({ kind }) => kind.name === job.kind) as JobHandler;
    const due: DueJob = {
      data: job.data,
      now,
      cause: {} as Cause,
      context: {} as CommandContext,
      signal: new AbortController().signal,
    };
    this.plan((await handler.run(due)) ?? []);
  }

  private plan(jobs: readonly Job[]): void {
    for (const job of jobs) {
      const key = `${job.kind} ${job.key ?? newUuid()}`;
      if (!this.jobs.has(key)) this.jobs.set(key, { ...job, at: job.at ?? this.now });
    }
  }
}

const END = at('27T00:00');

it('the next days’ reminders are planned by the booking’s event alone', async () => {
  const course = new Course();
  await course.book(at('10T00:00'));
  await course.move(at('12T00:00'), at('22T06:00'));
  expect(course.worked).toEqual([]);
  expect(await course.until(END)).toHaveLength(2);
});

it('of a booking far ahead it is looked up later what its business wants', async () => {
  const course = new Course();
  await course.book(at('01T00:00'), instant('2027-06-01T06:00:00Z'));
  course.hours = [5];
  expect(await course.until(instant('2027-06-02T00:00:00Z'))).toEqual(['5 h at 01T01:00']);
});

describe.each([
  ['', false],
  [' by an earlier build', true],
])('reminders of a booking for the 20th, 06:00, made%s', (_, isOld) => {
  let course: Course;
  beforeEach(() => {
    course = new Course(isOld);
  });

  it('go out 24 and 2 hours before it', async () => {
    await course.book(at('10T00:00'));
    expect(await course.until(END)).toEqual(['24 h at 19T06:00', '2 h at 20T04:00']);
  });

  it('go out when it is approved, and not before', async () => {
    await course.book(at('10T00:00'), START, 'pending');
    await course.confirm(at('19T07:00'));
    expect(await course.until(END)).toEqual(['2 h at 20T04:00']);
  });

  it('do not go out once it is cancelled; undone in time, both do', async () => {
    await course.book(at('10T00:00'));
    await course.cancel(at('19T05:58'));
    await course.undo(at('19T05:59'));
    expect(await course.until(END)).toEqual(['24 h at 19T06:00', '2 h at 20T04:00']);
  });

  it('do not go out while it is cancelled; what passed meanwhile is not made up for', async () => {
    await course.book(at('10T00:00'));
    await course.cancel(at('19T05:59'));
    expect(await course.until(at('19T12:00'))).toEqual([]);
    await course.undo(at('19T12:00'));
    expect(await course.until(END)).toEqual(['2 h at 20T04:00']);
  });

  it('follow it where it is moved, and go out for the new time alone', async () => {
    await course.book(at('10T00:00'));
    await course.move(at('19T05:00'), at('22T06:00'));
    expect(await course.until(END)).toEqual(['24 h at 21T06:00', '2 h at 22T04:00']);
  });

  it('go out again for the new time if they had gone out', async () => {
    await course.book(at('10T00:00'));
    await course.move(at('19T07:00'), at('25T06:00'));
    expect(await course.until(END)).toEqual(['24 h at 19T06:00', '24 h at 24T06:00', '2 h at 25T04:00']);
  });

  it('go out once where it is moved away and back', async () => {
    await course.book(at('10T00:00'));
    await course.move(at('12T00:00'), at('22T06:00'));
    await course.move(at('13T00:00'), START, at('22T06:00'));
    expect(await course.until(END)).toEqual(['24 h at 19T06:00', '2 h at 20T04:00']);
  });

  it('leave out what has passed when it is moved to 5 hours ahead, or booked 90 minutes ahead', async () => {
    await course.book(at('10T00:00'));
    await course.move(at('12T00:00'), at('12T05:00'));
    expect(await course.until(END)).toEqual(['2 h at 12T03:00']);
    const short = new Course(isOld);
    await short.book(at('20T04:30'));
    expect(await short.until(END)).toEqual([]);
  });

  it('go out late, once, where the reactor was down; the earlier one only while the next is not due', async () => {
    await course.book(at('10T00:00'));
    await course.down(at('19T05:00'), at('19T09:00'));
    expect(await course.until(END)).toEqual(['24 h at 19T09:00', '2 h at 20T04:00']);
    const longer = new Course(isOld);
    await longer.book(at('10T00:00'));
    await longer.down(at('19T05:00'), at('20T04:30'));
    expect(await longer.until(END)).toEqual(['2 h at 20T04:30']);
    const tooLong = new Course(isOld);
    await tooLong.book(at('10T00:00'));
    await tooLong.down(at('19T05:00'), at('20T06:00'));
    expect(await tooLong.until(END)).toEqual([]);
  });

  it('go out when its business wants it, as it is at the time', async () => {
    course.hours = [48, 1];
    await course.book(at('10T00:00'));
    await course.until(at('19T00:00'));
    course.hours = [48];
    expect(await course.until(END)).toEqual(['48 h at 18T06:00']);
  });
});
