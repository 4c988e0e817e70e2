import {
  AcceptOffer,
  Calendar,
  GiveUpEntry,
  JoinWaitlist,
  Waitlist,
  type WaitlistEntry,
  type WaitlistRequest,
} from '@yoyaku/booking';
import type { HeldOffer } from '@yoyaku/booking/events';
import { aggregates, type Config, projectionsAndReactions, readConfig } from '@yoyaku/composition';
import { type CommandContext, idFor } from '@yoyaku/eventing';
import {
  DAY,
  epochMs,
  HOUR,
  type Instant,
  type LocalDate,
  localDate,
  MINUTE,
  newUuid,
  now,
  plusMs,
  type Uuid,
} from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import { startServers, type TestServers, testSecrets, until } from '@yoyaku/testing';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { Booking } from '../../../libs/booking/src/domain/booking.decider';
import { Waitlist as Line } from '../../../libs/booking/src/domain/waitlist.decider';
import { asked, at, BookingProcess, insist, Salon } from '../../../libs/booking/test/salon';
import { Resource, type ResourceCommand, type ResourceStep } from '../../../libs/catalog/src/domain/resource.decider';
import { Service } from '../../../libs/catalog/src/domain/service.decider';
import { Customer } from '../../../libs/customers/src/domain/customer.decider';
import { User, type UserCommand, type UserStep } from '../../../libs/identity/src/domain/user.decider';
import { type ProjectorProcess, startProjector } from '../../projector/src/projector-process';
import { type ReactorProcess, startReactor } from '../src/reactor-process';

const logger = pino({ level: 'silent' });
/** In milliseconds; a busy machine may take long. */
const PATIENCE = 150_000;

let servers: TestServers;
let projector: ProjectorProcess;
let reactors: ReactorProcess[];
let pool: Pool;
let process: BookingProcess;
let salon: Salon;
let config: Config;
let agreed: Pick<HeldOffer, 'terms' | 'price' | 'serviceName'>;

beforeAll(async () => {
  servers = await startServers();
  config = readConfig({ NODE_ENV: 'test', ...testSecrets, ...servers.environment });
  pool = createPool(servers.databaseUrl);
  process = await BookingProcess.start(servers);
  salon = await Salon.open(process);
  const { bookingId } = await fullyBooked();
  const { terms, price, serviceName } = (await process.aggregates.load(Booking, bookingId)).known;
  agreed = { terms, price, serviceName };
  projector = await startProjector({ ...config, aggregates, projections: projectionsAndReactions, logger });
  // Requests of this spec are to be done within the grace on a busy machine too.
  const rhythm = { everyMs: 100, graceMs: 2_000 };
  reactors = [await startReactor(config, logger, rhythm), await startReactor(config, logger, rhythm)];
});
afterAll(async () => {
  await Promise.all(reactors.map((reactor) => reactor.stop()));
  await projector.stop();
  await process.stop();
  await pool.end();
  await servers.stop();
});

async function customer(): Promise<Uuid> {
  const customerId = newUuid();
  const profile = { name: 'Ann', email: null, phone: null, birthday: null, locale: null, assignedTo: null };
  const data = {
    customerId,
    businessId: salon.businessId,
    ...profile,
    tags: [],
    consents: [],
    status: 'customer',
  } as const;
  const create = { type: 'CreateCustomer', data } as const;
  await insist((context) => process.commands.execute(Customer, customerId, create, context, 'assumeEmpty'));
  return customerId;
}

const ofUser = (userId: Uuid, command: UserCommand | UserStep) =>
  process.commands.execute(User, userId, command, asked());
async function user(): Promise<Uuid> {
  const userId = newUuid();
  const email = `${userId}@example.com`;
  await ofUser(userId, { type: 'RegisterUser', data: { userId, name: 'Ann', email, locale: 'en', role: 'user' } });
  return userId;
}

const dayOf = (moment: Instant): LocalDate => localDate(moment, 'UTC');

/** So far ahead that nothing can be booked yet: no reactor offers them anything. */
const NEVER_OFFERED = { from: dayOf(plusMs(at(0), 3_000 * DAY)), to: dayOf(plusMs(at(0), 3_000 * DAY)) };

/** Puts a customer into the line for a service, for some days from `at(0)` on. */
const join = (serviceId: Uuid, customerId: Uuid, other: Partial<WaitlistRequest> = {}) =>
  insist((context) => joinFor(serviceId, { customerId }, other, context));
const joinAs = (serviceId: Uuid, userId: Uuid) => insist((context) => joinFor(serviceId, { userId }, {}, context));
async function joinFor(
  serviceId: Uuid,
  whom: WaitlistRequest['whom'],
  other: Partial<WaitlistRequest>,
  context: CommandContext,
): Promise<Uuid> {
  const dates = { from: dayOf(at(0)), to: dayOf(plusMs(at(0), 3 * DAY)) };
  const request = { businessId: salon.businessId, serviceId, ...dates, partySize: 1, resourceIds: [], ...other };
  return (await process.commands.send(new JoinWaitlist({ ...request, whom }, context))).entryId;
}
const joinAnew = async (serviceId: Uuid, other: Partial<WaitlistRequest> = {}) =>
  join(serviceId, await customer(), other);

const lineOf = async (serviceId: Uuid): Promise<readonly WaitlistEntry[]> =>
  (await process.aggregates.load(Waitlist, serviceId)).state.entries;
const offersOf = async (serviceId: Uuid) =>
  (await lineOf(serviceId)).flatMap((entry) => (entry.status === 'offered' ? [entry] : []));
const statusOf = async (serviceId: Uuid, entryId: Uuid) =>
  (await lineOf(serviceId)).find((entry) => entry.entryId === entryId)?.status;
const untilStatus = (serviceId: Uuid, entryId: Uuid, status: string) =>
  until(async () => (await statusOf(serviceId, entryId)) === status);

const stateOf = async (bookingId: Uuid) => (await process.aggregates.load(Booking, bookingId, 'requireLoad')).state;
const book = async (serviceId: Uuid, start = at(0), customerId = salon.customerId) => {
  const wish = salon.wish(serviceId, start, { whom: { customerId } });
  return (await insist((context) => process.bookings.request(wish, context))).known.bookingId;
};
const cancel = (bookingId: Uuid) => insist((context) => process.bookings.cancel(bookingId, 'business', null, context));
const accept = (entryId: Uuid, context = asked()) => process.commands.send(new AcceptOffer(entryId, context));
const decline = (entryId: Uuid) =>
  process.commands.send(new GiveUpEntry({ type: 'DeclineOffer', data: { entryId } }, asked()));

/** A service of an hour with one room, which is booked at that time, and blocked at any other. */
async function fullyBooked(start = at(0)): Promise<{ serviceId: Uuid; room: Uuid; bookingId: Uuid }> {
  const room = await salon.resource();
  const serviceId = await salon.service([[room]]);
  const bookingId = await book(serviceId, start);
  await blockAround(room, start, plusMs(start, HOUR));
  return { serviceId, room, bookingId };
}

/** Leaves no time of the days for which people wait but this. */
async function blockAround(room: Uuid, start: Instant, end: Instant): Promise<void> {
  await block(room, plusMs(at(0), -2 * DAY), start);
  await block(room, end, plusMs(at(0), 6 * DAY));
}

async function block(room: Uuid, start: Instant, end: Instant): Promise<Uuid> {
  const blockId = newUuid();
  const data = { blockId, businessId: salon.businessId, resourceId: room, start, end, reason: null };
  await process.commands.execute(Calendar, room, { type: 'BlockTime', data }, asked());
  return blockId;
}

/** What is held on it of the time that is not blocked. */
const heldOn = async (room: Uuid) => (await salon.holdsOn(room)).filter(({ start }) => start === epochMs(at(0)));

/** Holds a time for somebody who waits, as a reactor does before it offers it. */
async function hold(serviceId: Uuid, room: Uuid, entryId: Uuid, held: Partial<HeldOffer> = {}): Promise<HeldOffer> {
  const place = { holdId: newUuid(), locationId: null, resourceIds: [room], start: at(0), end: at(60) };
  const offer = { ...place, ...agreed, pendingFor: [], expiresAt: at(0), ...held };
  const slot = { bookingId: entryId, holdId: place.holdId, businessId: salon.businessId, resourceId: room, serviceId };
  const whole = {
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    partySize: 1,
    shared: false,
    capacity: 1,
    alongside: null,
  };
  await process.holds.reserve({ ...slot, ...whole, start: place.start, end: place.end }, asked());
  return offer;
}

/** Offers a time to somebody who waits, for so many milliseconds once it is held. Gives the end of that. */
async function offer(serviceId: Uuid, room: Uuid, entryId: Uuid, ms: number): Promise<Instant> {
  const held = await hold(serviceId, room, entryId);
  const context = asked();
  const expiresAt = plusMs(context.at, ms);
  const data = { entryId, offer: { ...held, expiresAt } };
  await process.commands.execute(Line, serviceId, { type: 'OfferSlot', data }, context);
  return expiresAt;
}

it('of 500 who wait, the first 50 are offered the 50 times that are released at once, each of them one', async () => {
  const rooms = await Promise.all(Array.from({ length: 5 }, () => salon.resource()));
  const serviceId = await salon.service([rooms]);
  const times = Array.from({ length: 50 }, (_, i) => at(60 * Math.floor(i / 5)));
  const bookings: Uuid[] = [];
  for (const start of times) bookings.push(await book(serviceId, start));
  await Promise.all(rooms.map((room) => blockAround(room, at(0), at(600))));
  // Few at a time: all of them stand in one stream.
  for (let i = 0; i < 100; i++) await Promise.all(Array.from({ length: 5 }, () => joinAnew(serviceId)));
  const waiting = (await lineOf(serviceId)).map(({ entryId }) => entryId);
  expect(waiting).toHaveLength(500);

  await Promise.all(bookings.map(cancel));
  await until(async () => (await offersOf(serviceId)).length === 50, PATIENCE);
  const offered = await offersOf(serviceId);
  expect(offered.map(({ entryId }) => entryId)).toEqual(waiting.slice(0, 50));
  expect(new Set(offered.map(({ customerId }) => customerId)).size).toBe(50);
  expect(new Set(offered.map(({ offer: { resourceIds, start } }) => `${resourceIds} ${start}`)).size).toBe(50);
  for (const { entryId, offer } of offered) {
    const holds = await salon.holdsOn(offer.resourceIds[0] as Uuid);
    expect(holds.filter(({ bookingId }) => bookingId === entryId)).toMatchObject([{ holdId: offer.holdId }]);
  }
}, 240_000);

describe('a time that becomes free', () => {
  it('is held for the first who can take it, for 15 minutes; the others keep their places', async () => {
    const { serviceId, room, bookingId } = await fullyBooked();
    const [blocked, busy] = [await customer(), await customer()];
    await join(serviceId, blocked);
    await joinAnew(serviceId, { from: dayOf(plusMs(at(0), DAY)) });
    await join(serviceId, busy);
    const first = await joinAnew(serviceId);
    await joinAnew(serviceId);
    const banned = { status: 'blocked', tags: [], consents: [] } as const;
    await process.commands.execute(Customer, blocked, { type: 'ChangeCustomer', data: banned }, asked());
    await book(await salon.service([[await salon.resource()]]), at(30), busy);
    await cancel(bookingId);
    await untilStatus(serviceId, first, 'offered');
    const [offered] = await offersOf(serviceId);
    expect(offered).toMatchObject({ offer: { start: at(0), end: at(60), resourceIds: [room] } });
    const heldFor = epochMs(offered?.offer.expiresAt as Instant) - epochMs(offered?.changedAt as Instant);
    expect(heldFor).toBe(15 * MINUTE);
    await expect(book(serviceId)).rejects.toMatchObject({ code: 'booking.slot_taken' });
    const statuses = (await lineOf(serviceId)).map(({ status }) => status);
    expect(statuses).toEqual(['waiting', 'waiting', 'waiting', 'offered', 'waiting']);
  });

  it('goes to the next when it is declined or lapses, and to nobody who had it before', async () => {
    const { serviceId, room, bookingId } = await fullyBooked();
    const [first, second, third] = [await joinAnew(serviceId), await joinAnew(serviceId), await joinAnew(serviceId)];
    await cancel(bookingId);
    await untilStatus(serviceId, first, 'offered');
    await decline(first);
    await untilStatus(serviceId, second, 'offered');
    // Who accepts and then cancels had their turn.
    const { known: booked } = await accept(second);
    expect(booked).toMatchObject({ bookingId: second, status: 'confirmed', start: at(0), resourceIds: [room] });
    await salon.expectSlotOf(second);
    await cancel(second);
    await untilStatus(serviceId, third, 'offered');
    expect(await statusOf(serviceId, first)).toBe('declined');
    await expect(decline(first)).resolves.toBeDefined();
  });

  it('is offered when a block is lifted, to as many as have room in it', async () => {
    const room = await salon.resource();
    const serviceId = await salon.service([[room]]);
    const blockId = await block(room, at(0), at(120));
    await blockAround(room, at(0), at(120));
    const three = [await joinAnew(serviceId), await joinAnew(serviceId), await joinAnew(serviceId)];
    await process.commands.execute(Calendar, room, { type: 'UnblockTime', data: { blockId } }, asked());
    await until(async () => (await offersOf(serviceId)).length === 2);
    expect((await offersOf(serviceId)).map((entry) => [entry.entryId, entry.offer.start])).toEqual([
      [three[0], at(0)],
      [three[1], at(60)],
    ]);
  });
});

describe('a time at which nobody worked', () => {
  const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7] as const;
  const ofRoom = (room: Uuid, command: ResourceCommand | ResourceStep) =>
    process.commands.execute(Resource, room, command, asked());

  /** Free but for its hours. */
  async function closedRoom(): Promise<{ room: Uuid; serviceId: Uuid }> {
    const room = await salon.resource();
    const serviceId = await salon.service([[room]]);
    await blockAround(room, at(0), at(60));
    return { room, serviceId };
  }
  /** Nothing is free then: that was looked for before anything changes. */
  async function joinInVain(serviceId: Uuid): Promise<Uuid> {
    const customerId = await customer();
    const entryId = await join(serviceId, customerId);
    const looked = `select from yoyaku_jobs.job where name = 'look-for-free-time' and state = 'completed' and strpos(data::text, $1) > 0`;
    await until(async () => (await pool.query(looked, [customerId])).rowCount === 1, PATIENCE);
    expect(await statusOf(serviceId, entryId)).toBe('waiting');
    return entryId;
  }
  const untilOffered = async (serviceId: Uuid, entryId: Uuid) => {
    await untilStatus(serviceId, entryId, 'offered');
    expect(await offersOf(serviceId)).toMatchObject([{ entryId, offer: { start: at(0) } }]);
  };

  it('is offered when a day off is lifted', async () => {
    const { room, serviceId } = await closedRoom();
    const exceptionId = newUuid();
    const off = { exceptionId, date: dayOf(at(0)), kind: 'off', hours: [] } as const;
    await ofRoom(room, { type: 'AddException', data: off });
    const entryId = await joinInVain(serviceId);
    await ofRoom(room, { type: 'RemoveException', data: { exceptionId } });
    await untilOffered(serviceId, entryId);
  });

  it('is offered when somebody works longer, on a date or on all', async () => {
    for (const open of [
      { type: 'SetWorkingHours', data: { hours: EVERY_DAY.map((day) => ({ day, starts: '09:00', ends: '18:00' })) } },
      {
        type: 'AddException',
        data: {
          exceptionId: newUuid(),
          date: dayOf(at(0)),
          kind: 'hours',
          hours: [{ starts: '12:00', ends: '13:00' }],
        },
      },
    ] as const) {
      const { room, serviceId } = await closedRoom();
      await ofRoom(room, { type: 'SetWorkingHours', data: { hours: [] } });
      const entryId = await joinInVain(serviceId);
      await ofRoom(room, open);
      await untilOffered(serviceId, entryId);
    }
  });

  it('is offered when its place is open longer, or no holiday', async () => {
    const { room, serviceId } = await closedRoom();
    const locationId = newUuid();
    const place = { name: 'Ginza', address: null, phone: null, coordinates: null, timeZone: null };
    await salon.business({ type: 'AddLocation', data: { locationId, ...place, hours: [] } });
    await ofRoom(room, { type: 'ChangeResource', data: { locationId } });
    const entryId = await joinInVain(serviceId);
    await salon.business({ type: 'ChangeLocation', data: { locationId, hours: null } });
    await untilOffered(serviceId, entryId);

    const other = await closedRoom();
    await salon.business({ type: 'SetHolidays', data: { holidays: [{ date: dayOf(at(0)), name: 'Rest' }] } });
    const waits = await joinInVain(other.serviceId);
    await salon.business({ type: 'SetHolidays', data: { holidays: [] } });
    await untilOffered(other.serviceId, waits);
  });
});

describe('a time that is free already', () => {
  it('is offered to who begins to wait for it', async () => {
    const { serviceId, bookingId } = await fullyBooked();
    await cancel(bookingId);
    const entryId = await joinAnew(serviceId);
    await untilStatus(serviceId, entryId, 'offered');
    expect(await offersOf(serviceId)).toMatchObject([{ entryId, offer: { start: at(0) } }]);
  });

  it('is offered to who was thinking about another time, once they have declined that', async () => {
    const [room, blocks] = [await salon.resource(), [] as Uuid[]];
    const serviceId = await salon.service([[room]]);
    const days = [at(0), plusMs(at(0), DAY)] as const;
    for (const start of days) blocks.push(await block(room, start, plusMs(start, HOUR)));
    await block(room, plusMs(at(0), -2 * DAY), days[0]);
    await block(room, plusMs(days[0], HOUR), days[1]);
    await block(room, plusMs(days[1], HOUR), plusMs(at(0), 6 * DAY));
    const unblock = (blockId?: Uuid) =>
      process.commands.execute(Calendar, room, { type: 'UnblockTime', data: { blockId: blockId as Uuid } }, asked());

    const person = await customer();
    const first = await join(serviceId, person, { from: dayOf(days[0]), to: dayOf(days[0]) });
    const second = await join(serviceId, person, { from: dayOf(days[1]), to: dayOf(days[1]) });
    const third = await join(serviceId, person, { from: dayOf(days[0]), to: dayOf(days[1]) });
    await unblock(blocks[0]);
    await untilStatus(serviceId, first, 'offered');
    await unblock(blocks[1]);
    await decline(first);
    await untilStatus(serviceId, second, 'offered');
    // What they declined is nobody else's either so far, and is not offered to them again.
    await decline(second);
    const other = await joinAnew(serviceId);
    await untilStatus(serviceId, other, 'offered');
    expect(await statusOf(serviceId, third)).toBe('waiting');
  });
});

describe('an offer', () => {
  it('that lapses goes to the next; what is late is too late', async () => {
    const { serviceId, room, bookingId } = await fullyBooked();
    await cancel(bookingId);
    const first = await joinAnew(serviceId, NEVER_OFFERED);
    await offer(serviceId, room, first, 200);
    const second = await joinAnew(serviceId);
    await untilStatus(serviceId, first, 'lapsed');
    await untilStatus(serviceId, second, 'offered');
    await expect(accept(first)).rejects.toMatchObject({ code: 'waitlist.ended' });
    await expect(decline(first)).rejects.toMatchObject({ code: 'waitlist.ended' });
    expect(await stateOf(first)).toMatchObject({ status: 'none' });
  });

  it('is accepted or lapses, whichever is first, and leaves one of both', async () => {
    for (let i = 0; i < 4; i++) {
      const { serviceId, room, bookingId } = await fullyBooked();
      await cancel(bookingId);
      const entryId = await joinAnew(serviceId, NEVER_OFFERED);
      const expiresAt = await offer(serviceId, room, entryId, 60);
      const tries = await Promise.allSettled(
        [10, 40, 55, 60, 65].map(async (after) => {
          await until(() => epochMs(now()) >= epochMs(expiresAt) - 60 + after);
          return accept(entryId);
        }),
      );
      await until(async () => (await statusOf(serviceId, entryId)) !== 'offered');
      const isAccepted = tries.some(({ status }) => status === 'fulfilled');
      expect(await statusOf(serviceId, entryId)).toBe(isAccepted ? 'accepted' : 'lapsed');
      if (isAccepted) await salon.expectSlotOf(entryId);
      else await until(async () => (await heldOn(room)).length === 0);
    }
  });

  it('and a direct booking of the same time are never both', async () => {
    const { serviceId, room, bookingId } = await fullyBooked();
    const entryId = await joinAnew(serviceId);
    const guest = await customer();
    await cancel(bookingId);
    let direct: Uuid | undefined;
    await until(async () => {
      direct ??= await book(serviceId, at(0), guest).catch(() => undefined);
      return direct !== undefined || (await statusOf(serviceId, entryId)) === 'offered';
    });
    if (direct) {
      expect(await statusOf(serviceId, entryId)).toBe('waiting');
      await cancel(direct);
      await untilStatus(serviceId, entryId, 'offered');
    }
    const [accepted, ...others] = await Promise.allSettled([accept(entryId), book(serviceId, at(0), guest)]);
    expect([accepted.status, ...others.map(({ status }) => status)]).toEqual(['fulfilled', 'rejected']);
    expect(await heldOn(room)).toMatchObject([{ bookingId: entryId }]);
  });

  it('is accepted by many clicks as by one', async () => {
    const { serviceId, bookingId } = await fullyBooked();
    const entryId = await joinAnew(serviceId);
    await cancel(bookingId);
    await untilStatus(serviceId, entryId, 'offered');
    const answers = await Promise.all(Array.from({ length: 5 }, () => accept(entryId)));
    expect(new Set(answers.map(({ id, revision }) => `${id} ${revision}`)).size).toBe(1);
  });
});

describe('whoever dies in between', () => {
  it('before the offer is made, the time that was held is offered all the same', async () => {
    const { serviceId, room, bookingId } = await fullyBooked();
    const context = asked();
    const entryId = idFor(context, 'waitlist entry');
    await cancel(bookingId);
    const late = await hold(serviceId, room, entryId);
    await joinFor(serviceId, { customerId: await customer() }, {}, context);
    await untilStatus(serviceId, entryId, 'offered');
    const [now] = await offersOf(serviceId);
    expect(now?.offer.holdId).not.toBe(late.holdId);
    expect(await heldOn(room)).toMatchObject([{ bookingId: entryId, holdId: now?.offer.holdId }]);
    const data = { entryId, offer: late };
    await decline(entryId);
    const tooLate = process.commands.execute(Line, serviceId, { type: 'OfferSlot', data }, asked());
    await expect(tooLate).rejects.toMatchObject({ code: 'waitlist.not_waiting' });
  });

  it('after the offer was accepted, its booking is made', async () => {
    const { serviceId, bookingId } = await fullyBooked();
    const entryId = await joinAnew(serviceId);
    await cancel(bookingId);
    await untilStatus(serviceId, entryId, 'offered');
    await process.commands.execute(Line, serviceId, { type: 'AcceptOffer', data: { entryId } }, asked());
    await until(async () => (await stateOf(entryId)).status === 'confirmed');
    await salon.expectSlotOf(entryId);
  });

  it('after the offer was declined, its time goes to the next', async () => {
    const { serviceId, bookingId } = await fullyBooked();
    const [first, second] = [await joinAnew(serviceId), await joinAnew(serviceId)];
    await cancel(bookingId);
    await untilStatus(serviceId, first, 'offered');
    await process.commands.execute(Line, serviceId, { type: 'DeclineOffer', data: { entryId: first } }, asked());
    await untilStatus(serviceId, second, 'offered');
  });
});

describe('a wait ends', () => {
  it('for whoever is erased, and what was held for them goes to the next', async () => {
    const { serviceId, bookingId } = await fullyBooked();
    const erased = await customer();
    const [first, second] = [await join(serviceId, erased), await joinAnew(serviceId)];
    await cancel(bookingId);
    await untilStatus(serviceId, first, 'offered');
    await process.commands.execute(Customer, erased, { type: 'EraseCustomer', data: {} }, asked());
    await untilStatus(serviceId, first, 'removed');
    await untilStatus(serviceId, second, 'offered');
  });

  it('for whoever erases their account; who is disabled is passed over', async () => {
    const { serviceId, bookingId } = await fullyBooked();
    const [erased, disabled] = [await user(), await user()];
    const entries = [await joinAs(serviceId, erased), await joinAs(serviceId, disabled), await joinAnew(serviceId)];
    await ofUser(erased, { type: 'EraseUser', data: {} });
    await ofUser(disabled, { type: 'DisableUser', data: { reason: 'Spam' } });
    await untilStatus(serviceId, entries[0] as Uuid, 'removed');
    await cancel(bookingId);
    await untilStatus(serviceId, entries[2] as Uuid, 'offered');
    expect(await statusOf(serviceId, entries[1] as Uuid)).toBe('waiting');
  });

  it('for all when the service is withdrawn', async () => {
    const { serviceId, room, bookingId } = await fullyBooked();
    const two = [await joinAnew(serviceId), await joinAnew(serviceId)];
    await cancel(bookingId);
    await untilStatus(serviceId, two[0] as Uuid, 'offered');
    await process.commands.execute(Service, serviceId, { type: 'RemoveService', data: {} }, asked());
    await until(async () => (await lineOf(serviceId)).every(({ status }) => status === 'removed'));
    await until(async () => (await heldOn(room)).length === 0);
    expect(await lineOf(serviceId)).toMatchObject(two.map((entryId) => ({ entryId, reason: 'service_withdrawn' })));
    await expect(joinAnew(serviceId)).rejects.toMatchObject({ code: 'service.not_found' });
  });
});
