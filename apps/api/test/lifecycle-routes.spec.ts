import {
  allowed,
  Booking as BookingFacts,
  type BookingStatus,
  CheckInCodes,
  LIFECYCLE,
  type LifecycleCommand,
  lifecycleRefusals,
  type Who,
} from '@yoyaku/booking';
import { AggregateStore, Commands, systemContext } from '@yoyaku/eventing';
import { DAY, HOUR, type Instant, instant, MINUTE, newUuid, now, plusMs, type Uuid, uuid } from '@yoyaku/kernel';
import { rejection } from '@yoyaku/kernel/specification';
import fc from 'fast-check';
import { Booking, type BookingCommand, type BookingStep } from '../../../libs/booking/src/domain/booking.decider';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method } from './api-under-test';

/** Of 1,700 cells of command, person, status and time these many are tried each time, at random. */
const CELLS = 240;
const AT_ONCE = 12;

let api: ApiUnderTest;
let salon: ABusiness;
let hanako: Person;
/** Hanako as the salon's customer. */
let customerId: Uuid;
/** Who else may give the service. */
let ken: string;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  salon = await aBusiness(api, await somebody(api, 'admin'));
  hanako = await somebody(api);
  const { business: businessId, service: serviceId, resource } = salon.things;
  const asOwner = async (method: Method, path: string, body: object) => {
    const reply = await api.call(method, path, { token: salon.people.owner.token, body });
    if (reply.status >= 300) throw new Error(reply.text);
    return reply.body;
  };
  ken = (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Ken' })).id;
  await asOwner('PUT', `/owner/services/${serviceId}`, { requirements: [{ anyOf: [resource, ken] }] });
  const start = plusMs(instant(salon.start), HOUR);
  const booked = await api.call('POST', '/bookings', { token: hanako.token, body: { businessId, serviceId, start } });
  customerId = uuid(booked.body.customerId);
});
afterAll(() => api.stop());

type Routed = Exclude<LifecycleCommand, 'ExpireBooking'>;
type Asker = Exclude<Who, 'system'>;

/** What happened to a booking before, with its moments counted from its start. */
const PAST: Record<BookingStatus, readonly (readonly [ms: number, BookingCommand | BookingStep])[]> = {
  pending: [],
  confirmed: [],
  checked_in: [[0, { type: 'CheckIn', data: { by: 'business' } }]],
  completed: [[HOUR, { type: 'CompleteBooking', data: { by: 'business' } }]],
  cancelled: [[-5 * DAY, { type: 'CancelBooking', data: { by: 'customer', reason: null } }]],
  declined: [[-5 * DAY, { type: 'DeclineBooking', data: { by: 'business', reason: null } }]],
  no_show: [[HOUR, { type: 'MarkNoShow', data: { by: 'business' } }]],
  expired: [[-2 * DAY, { type: 'ExpireBooking', data: { by: 'system' } }]],
};
const STATUSES = Object.keys(PAST) as BookingStatus[];
const WAS_PENDING: readonly BookingStatus[] = ['pending', 'declined', 'expired'];

/** Where a command that already took effect leaves a booking: given again it does nothing, whenever that is. */
const DONE: Partial<Record<Routed, BookingStatus>> = {
  ConfirmBooking: 'confirmed',
  DeclineBooking: 'declined',
  CancelBooking: 'cancelled',
  CheckIn: 'checked_in',
  CompleteBooking: 'completed',
  MarkNoShow: 'no_show',
  CorrectOutcome: 'no_show',
};

/** Between all the moments that the table knows: so long after its start a booking is looked at. */
const SINCE_START = [
  -3 * DAY,
  -1.5 * DAY,
  -12 * HOUR,
  -HOUR,
  7 * MINUTE,
  30 * MINUTE,
  90 * MINUTE,
  DAY,
  7 * DAY + 30 * MINUTE,
  8 * DAY,
];

type Route = (id: Uuid, by: Asker, free: Instant) => readonly [method: Method, path: string, body: object];

const ROUTES: Record<Routed, Route> = {
  ConfirmBooking: () => ['POST', '/confirm', {}],
  DeclineBooking: () => ['POST', '/decline', {}],
  RescheduleBooking: (_, __, start) => ['POST', '/reschedule', { start }],
  ReassignBooking: () => ['POST', '/assign', { resourceIds: [ken] }],
  CancelBooking: () => ['DELETE', '', {}],
  UndoCancellation: () => ['POST', '/undo-cancel', {}],
  CheckIn: (id, by) => ['POST', '/check-in', by === 'customer' ? { code: api.app.get(CheckInCodes).of(id) } : {}],
  CompleteBooking: () => ['POST', '/complete', {}],
  MarkNoShow: () => ['POST', '/no-show', {}],
  CorrectOutcome: () => ['POST', '/correct', { outcome: 'no_show', reason: 'Mixed up' }],
  KeepBooking: () => ['POST', '/keep', {}],
  ChangeBookingDetails: () => ['PUT', '', { note: 'By the window' }],
};

/** Hanako's booking of that status, which began so long ago. */
async function plant(status: BookingStatus, sinceStart: number): Promise<Uuid> {
  const bookingId = newUuid();
  const start = plusMs(now(), -sinceStart);
  const [wasPending, expiresAt] = [WAS_PENDING.includes(status), plusMs(start, -2 * DAY)];
  const after = async (ms: number, command: BookingCommand | BookingStep) =>
    api.app
      .get(Commands)
      .execute(Booking, bookingId, command, { ...systemContext('spec'), at: plusMs(start, ms) }, 'requireLoad');
  await after(-10 * DAY, {
    type: 'RequestBooking',
    data: {
      bookingId,
      businessId: uuid(salon.things.business as string),
      customerId,
      userId: uuid(hanako.id),
      holdId: newUuid(),
      locationId: null,
      resourceIds: [uuid(salon.things.resource as string)],
      start,
      end: plusMs(start, HOUR),
      serviceId: uuid(salon.things.service as string),
      serviceName: 'Cut',
      price: { amount: 8000, currency: 'JPY' },
      partySize: 1,
      note: null,
      terms: {
        freeUntilHours: 24,
        lateFee: null,
        noShowFee: null,
        pendingExpiryMinutes: 60,
        checkInFromMinutes: 120,
        noShowAfterMinutes: 15,
        autoCompleteMinutes: null,
        depositRule: null,
        holdMinutes: 15,
        reminderHours: [24, 2],
      },
      status: wasPending ? 'pending' : 'confirmed',
      pendingFor: wasPending ? ['approval'] : [],
      expiresAt: wasPending ? expiresAt : null,
      overridden: ['grid'],
    },
  });
  for (const [ms, command] of PAST[status]) await after(ms, command);
  return bookingId;
}

interface Cell {
  readonly command: Routed;
  readonly by: Asker;
  readonly status: BookingStatus;
  readonly sinceStart: number;
}

const isGivenBy = (command: Routed, by: Who): boolean =>
  LIFECYCLE[command].some((row) => (row.by as readonly Who[]).includes(by));

/** What the table says of it: a code, `not found` to whom the route is not there for, or nothing. */
async function agreedOn({ command, by, status }: Cell, id: Uuid): Promise<string | undefined> {
  if (!isGivenBy(command, by)) return 'booking.not_found';
  if (DONE[command] === status) return undefined;
  const { state } = await api.app.get(AggregateStore).load(BookingFacts, id, 'requireLoad');
  const to = command === 'CorrectOutcome' ? ({ to: 'no_show' } as const) : {};
  return rejection(() => allowed(command, state, { by, at: now(), ...to }));
}

it('every route refuses what the table of the lifecycle refuses, with its code, and nothing else', async () => {
  const cell = fc.record<Cell>({
    command: fc.constantFrom(...(Object.keys(ROUTES) as Routed[])),
    by: fc.constantFrom<Asker>('customer', 'business'),
    status: fc.constantFrom(...STATUSES),
    sinceStart: fc.constantFrom(...SINCE_START),
  });
  const [answers, cells] = [[] as object[], fc.sample(cell, CELLS)];
  const agreed: object[] = [];
  const ask = async (one: Cell, i: number): Promise<void> => {
    const id = await plant(one.status, one.sinceStart);
    const refusal = await agreedOn(one, id);
    const free = plusMs(instant(salon.start), 20 * DAY + i * HOUR);
    const [method, path, body] = ROUTES[one.command](id, one.by, free);
    const { token } = one.by === 'customer' ? hanako : salon.people.manager;
    const reply = await api.call(method, `/bookings/${id}${path}`, { token, body });
    const code: string | undefined = reply.body?.code;
    // What the table allows may still find its time taken.
    const isOfTable = code === 'booking.not_found' || (lifecycleRefusals(one.command) as string[]).includes(code ?? '');
    const isOfSlot = ['booking.slot_taken', 'booking.outside_hours'].includes(code ?? '');
    agreed[i] = { ...one, refusal };
    answers[i] = {
      ...one,
      refusal: isOfTable || (reply.status >= 300 && !isOfSlot) ? (code ?? reply.text) : undefined,
    };
  };
  for (let i = 0; i < CELLS; i += AT_ONCE) {
    await Promise.all(cells.slice(i, i + AT_ONCE).map((one, k) => ask(one, i + k)));
  }
  expect(answers).toEqual(agreed);
});
