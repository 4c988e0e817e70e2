import { Agenda, Calendar, ConfirmBooking } from '@yoyaku/booking';
import type { PendingFor } from '@yoyaku/booking/events';
import { Business, type KnownBusiness } from '@yoyaku/business';
import { aggregates, auditorOf, type Config, projectionsAndReactions, readConfig } from '@yoyaku/composition';
import { type CommandContext, EventCodec, EventStoreDb, PostgresSubjectKeys, subjectOf } from '@yoyaku/eventing';
import { DAY, epochMs, type Instant, isSame, MINUTE, newUuid, now, plusMs, type Uuid } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import { startServers, type TestServers, testSecrets, until } from '@yoyaku/testing';
import { pino } from 'pino';
import { Booking } from '../../../libs/booking/src/domain/booking.decider';
import { asked, at, BookingProcess, Salon } from '../../../libs/booking/test/salon';
import { Resource } from '../../../libs/catalog/src/domain/resource.decider';
import { Customer } from '../../../libs/customers/src/domain/customer.decider';
import { type ProjectorProcess, startProjector } from '../../projector/src/projector-process';
import { type ReactorProcess, startReactor } from '../src/reactor-process';

const logger = pino({ level: 'silent' });

let servers: TestServers;
let projector: ProjectorProcess;
let reactors: ReactorProcess[];
let process: BookingProcess;
let salon: Salon;
let config: Config;
let pool: ReturnType<typeof createPool>;

beforeAll(async () => {
  servers = await startServers();
  config = readConfig({ NODE_ENV: 'test', ...testSecrets, ...servers.environment });
  process = await BookingProcess.start(servers);
  pool = createPool(servers.databaseUrl);
  salon = await Salon.open(process);
  projector = await startProjector({ ...config, aggregates, projections: projectionsAndReactions, logger });
  // Requests of this spec are to be done within the grace on a busy machine too.
  const rhythm = { everyMs: 20, graceMs: 2_000 };
  reactors = [await startReactor(config, logger, rhythm), await startReactor(config, logger, rhythm)];
});
afterAll(async () => {
  await Promise.all(reactors.map((reactor) => reactor.stop()));
  await projector.stop();
  await process.stop();
  await pool.end();
  await servers.stop();
});

const stateOf = async (bookingId: Uuid) => (await process.aggregates.load(Booking, bookingId, 'requireLoad')).state;

/** A hold that some operation on that booking reserved before it died. */
async function orphanedHold(bookingId: Uuid, resourceId: Uuid, serviceId: Uuid, minutes: number): Promise<void> {
  const slot = { bookingId, resourceId, serviceId, holdId: newUuid(), businessId: salon.businessId };
  const buffers = { bufferBeforeMinutes: 0, bufferAfterMinutes: 0 };
  const alongside = null;
  await process.holds.reserve(
    {
      ...slot,
      ...buffers,
      alongside,
      start: at(minutes),
      end: at(minutes + 60),
      shared: false,
      partySize: 1,
      capacity: 1,
    },
    asked(),
  );
}

/** A booking that waits for this until then, for its deposit 300 ms, and one that is confirmed, at the same time. */
async function pendingUntil(expiresAt: Instant, pendingFor: PendingFor[]): Promise<{ waiting: Uuid; confirmed: Uuid }> {
  const yuki = await salon.resource();
  const serviceId = await salon.service([[yuki]]);
  const { known: state } = await process.bookings.request(salon.wish(serviceId, at(0)), asked());
  const waiting = newUuid();
  const pending = {
    ...state,
    bookingId: waiting,
    holdId: newUuid(),
    status: 'pending',
    pendingFor,
    expiresAt,
    terms: { ...state.terms, holdMinutes: 300 / MINUTE },
  } as const;
  const { standing: _, renounced: __, unseen: ___, attention, kept, ...data } = pending;
  await process.commands.execute(Booking, waiting, { type: 'RequestBooking', data }, asked(), 'assumeEmpty');
  return { waiting, confirmed: state.bookingId };
}

async function expectPendingLapses(...pendingFor: PendingFor[]): Promise<void> {
  const { waiting, confirmed } = await pendingUntil(plusMs(now(), 300), pendingFor);
  await until(async () => (await stateOf(waiting)).status === 'expired');
  await salon.expectSlotOf(confirmed);
}

describe('the reactor', () => {
  it('releases what a request left behind that died before there was a booking', async () => {
    const [yuki, room] = [await salon.resource(), await salon.resource()];
    const service = await salon.service([[yuki], [room]]);
    const bookingId = newUuid();
    await orphanedHold(bookingId, yuki, service, 0);
    await orphanedHold(bookingId, room, service, 0);
    await until(async () => (await salon.holdsOn(yuki)).length + (await salon.holdsOn(room)).length === 0);
    expect(await stateOf(bookingId)).toMatchObject({ status: 'abandoned' });
  });

  it('releases what a request for somebody who walked in left behind, whose time is over', async () => {
    const yuki = await salon.resource();
    const threeHoursAgo = (epochMs(now()) - epochMs(at(0))) / MINUTE - 180;
    await orphanedHold(newUuid(), yuki, await salon.service([[yuki]]), threeHoursAgo);
    await until(async () => (await salon.holdsOn(yuki)).length === 0);
  });

  it('releases what a change left behind that died, and not the slot of the booking', async () => {
    const yuki = await salon.resource();
    const service = await salon.service([[yuki]]);
    const { bookingId: id } = (await process.bookings.request(salon.wish(service, at(0)), asked())).known;
    await orphanedHold(id, yuki, service, 120);
    await until(async () => (await salon.holdsOn(yuki)).length === 1);
    await salon.expectSlotOf(id);
  });

  it('finishes a cancellation that died half-way', async () => {
    const yuki = await salon.resource();
    const service = await salon.service([[yuki]]);
    const { bookingId: id } = (await process.bookings.request(salon.wish(service, at(0)), asked())).known;
    const cancel = { type: 'CancelBooking', data: { by: 'business', reason: null } } as const;
    await process.commands.execute(Booking, id, cancel, asked());
    await until(async () => (await salon.holdsOn(yuki)).length === 0);
  });

  it('leaves bookings in good health alone', async () => {
    const yuki = await salon.resource();
    const service = await salon.service([[yuki]]);
    const { bookingId: id } = (await process.bookings.request(salon.wish(service, at(0)), asked())).known;
    const before = await process.aggregates.load(Calendar, yuki, 'requireLoad');
    const orphan = newUuid();
    await orphanedHold(orphan, await salon.resource(), newUuid(), 0);
    await until(async () => (await stateOf(orphan)).status === 'abandoned');
    expect((await process.aggregates.load(Calendar, yuki, 'requireLoad')).revision).toBe(before.revision);
    await salon.expectSlotOf(id);
  });

  it('lets a pending booking lapse when nobody approved it in time, and gives its time back', () =>
    expectPendingLapses('approval'));

  it('lets one lapse whose deposit was not paid in time, not one that was confirmed by its payment', async () => {
    const paid = asked();
    const { waiting } = await pendingUntil(plusMs(now(), 60_000), ['deposit']);
    const confirm = (context: CommandContext) => process.commands.send(new ConfirmBooking(waiting, context, 'system'));
    expect((await confirm(paid)).known).toMatchObject({ status: 'confirmed', expiresAt: null });
    const { revision } = await confirm({ ...paid, repeated: true });
    expect(revision).toBe(1);
    await expectPendingLapses('deposit');
    await expectPendingLapses('approval', 'deposit');
    expect(await stateOf(waiting)).toMatchObject({ status: 'confirmed', pendingFor: [] });

    // Of one that was approved meanwhile, the deposit has its own time.
    const { waiting: approved } = await pendingUntil(plusMs(now(), DAY), ['approval', 'deposit']);
    await process.bookings.confirm(approved, asked());
    await until(async () => (await stateOf(approved)).status === 'expired');
  });

  it('completes what is over, where the business leaves that to the clock', async () => {
    const over = async () => {
      const serviceId = await salon.service([[await salon.resource()]]);
      const override = ['notice', 'grid'] as const;
      const wish = salon.wish(serviceId, plusMs(now(), -90 * MINUTE), { by: 'business', override });
      return (await process.bookings.request(wish, asked())).known.bookingId;
    };
    const before = await over();
    await salon.business({ type: 'ChangeSettings', data: { autoComplete: 15 } });
    const since = await over();
    await until(async () => (await stateOf(since)).status === 'completed');
    expect(await stateOf(before)).toMatchObject({ status: 'confirmed' });
    const correction = { by: 'business', outcome: 'checked_in', reason: 'still here' } as const;
    await process.commands.execute(Booking, since, { type: 'CorrectOutcome', data: correction }, asked());
    const next = await over();
    await until(async () => (await stateOf(next)).status === 'completed');
    expect(await stateOf(since)).toMatchObject({ status: 'checked_in' });
    await salon.business({ type: 'ChangeSettings', data: { autoComplete: null } });
  });

  it('ends a subscription at its end, not one that was paid for meanwhile', async () => {
    const [ending, paid] = [await Salon.open(process), await Salon.open(process)];
    const soon = now();
    // As if it had been asked for before that end, however slowly this runs.
    const before = { at: plusMs(soon, -MINUTE) };
    const set = ({ businessId }: Salon, endsAt: Instant | null) => {
      const data = { state: endsAt ? 'trial' : 'active', endsAt } as const;
      return process.commands.execute(
        Business,
        businessId,
        { type: 'SetSubscription', data },
        { ...asked(), ...before },
      );
    };
    await set(paid, soon);
    await set(paid, null);
    await set(ending, soon);
    const subscriptionOf = async ({ businessId }: Salon) =>
      ((await process.aggregates.load(Business, businessId, 'requireLoad')).state as KnownBusiness).subscription;
    await until(async () => (await subscriptionOf(ending)).state === 'expired');
    expect(await subscriptionOf(paid)).toMatchObject({ state: 'active', endsAt: null });
  });

  it('plans the reminders of a booking for when its business wants them', async () => {
    const serviceId = await salon.service([[await salon.resource()]]);
    const { bookingId } = (await process.bookings.request(salon.wish(serviceId, at(0)), asked())).known;
    const planned = async () =>
      (
        await pool.query<{ due: string }>(
          `select start_after as due from yoyaku_jobs.job
           where name = 'remind' and data->'data'->>'bookingId' = $1 order by start_after`,
          [bookingId],
        )
      ).rows.map(({ due }) => due);
    await until(async () => (await planned()).length === 2);
    expect(await planned()).toEqual([at(-24 * 60), at(-2 * 60)]);
    await salon.business({ type: 'ChangeSettings', data: { reminderHours: [30, 3] } });
    await until(async () => (await planned()).length === 4);
    expect(await planned()).toEqual([-30, -24, -3, -2].map((hours) => at(hours * 60)));
  });

  it('comes to everybody’s, however many there are of a tenant whose rows stand still', async () => {
    await expectPendingLapses('approval');
    const { rows } = await pool.query<{ table: string }>(
      `select table_schema || '.' || table_name as table
       from information_schema.view_table_usage where view_schema = 'read' and view_name = 'bookings'`,
    );
    const table = rows[0]?.table as string;
    const stale = { status: 'pending', expires_at: '2020-01-01T00:00:00Z' };
    const { rowCount } = await pool.query(
      `insert into ${table} select made.* from (select * from ${table} limit 1) one, generate_series(1, 300) n,
         jsonb_populate_record(null::${table}, to_jsonb(one) || $1 || jsonb_build_object('id', gen_random_uuid(), 'n', n)) made`,
      [JSON.stringify(stale)],
    );
    expect(rowCount).toBe(300);
    await expectPendingLapses('approval');
    await pool.query(`delete from ${table} where expires_at = $1`, [stale.expires_at]);
  });

  it('finishes an erasure that died half-way, and again when a backup brings the key back', async () => {
    const { customerId } = await Salon.open(process);
    const subject = subjectOf('customer', customerId);
    const keys = async () => (await new PostgresSubjectKeys(pool, config.piiMasterKey).find([subject])).size;
    const { rows } = await pool.query('select wrapped from app.subject_keys where subject = $1', [subject]);
    expect(await keys()).toBe(1);
    await process.commands.execute(Customer, customerId, { type: 'EraseCustomer', data: {} }, asked());
    await until(async () => (await keys()) === 0);
    const backup = 'update app.subject_keys set wrapped = $2, destroyed_at = null where subject = $1';
    await pool.query(backup, [subject, rows[0].wrapped]);
    await until(async () => (await keys()) === 0);
  });

  it('forgets answers that were kept while their customer was being erased', async () => {
    const { customerId } = await Salon.open(process);
    await new PostgresSubjectKeys(pool, config.piiMasterKey).destroy(subjectOf('customer', customerId));
    const keep = `insert into app.idempotency (command_id, request_hash, holder, leased_until, status, headers, body)
      values ($1, '', $1, now(), 200, '{}', $2)`;
    await pool.query(keep, [newUuid(), JSON.stringify({ id: customerId, name: 'Hanako' })]);
    const kept = async () =>
      (await pool.query('select 1 from app.idempotency where strpos(body, $1) > 0', [customerId])).rowCount;
    expect(await kept()).toBe(1);
    await process.commands.execute(Customer, customerId, { type: 'EraseCustomer', data: {} }, asked());
    await until(async () => (await kept()) === 0);
  });

  it('blocks the time of private appointments on their owner’s resources, and what it blocked follows them', async () => {
    const { known: business } = await process.aggregates.load(Business, salon.businessId, 'requireLoad');
    const { ownerId: userId } = business;
    const id = await salon.resource();
    const change = (data: object) => process.commands.execute(Resource, id, { type: 'ChangeResource', data }, asked());
    const [gym, dentist] = [newUuid(), newUuid()];
    const plan = (appointmentId: Uuid, minutes: number) => {
      const data = { appointmentId, userId, title: 'Secret', start: at(minutes), end: at(minutes + 30) };
      return process.commands.execute(Agenda, userId, { type: 'PlanAppointment', data }, asked());
    };
    const blocks = async () => {
      const { state } = await process.aggregates.load(Calendar, id, 'requireLoad');
      return state.entries.filter(({ serviceId }) => serviceId === null).map(({ start }) => start);
    };
    const untilBlocked = (...minutes: number[]) =>
      until(async () =>
        isSame(
          await blocks(),
          minutes.map((one) => epochMs(at(one))),
        ),
      );
    const byStaff = { blockId: newUuid(), businessId: salon.businessId, resourceId: id, reason: null };
    const block = { ...byStaff, start: at(5_400), end: at(5_430) };
    await process.commands.execute(Calendar, id, { type: 'BlockTime', data: block }, asked());
    await plan(gym, 5_000);
    await change({ userId });
    await untilBlocked(5_000, 5_400);
    await plan(dentist, 5_100);
    await untilBlocked(5_000, 5_100, 5_400);
    const moved = { appointmentId: gym, userId, start: at(5_200), end: at(5_230) };
    await process.commands.execute(Agenda, userId, { type: 'ChangeAppointment', data: moved }, asked());
    await untilBlocked(5_100, 5_200, 5_400);
    const gone = { appointmentId: dentist, userId };
    await process.commands.execute(Agenda, userId, { type: 'CancelAppointment', data: gone }, asked());
    await untilBlocked(5_200, 5_400);
    const history = await Array.fromAsync(process.aggregates.history(Calendar, id));
    expect(JSON.stringify(history.map(({ data }) => data))).not.toContain('Secret');
    await change({ userId: null });
    await untilBlocked(5_400);
  });

  it('signs history as soon as there is any, and no more often than every hour', async () => {
    const store = new EventStoreDb(servers.eventStoreUrl, { prefix: servers.eventStorePrefix });
    const codec = new EventCodec(aggregates, new PostgresSubjectKeys(pool, config.piiMasterKey));
    const auditor = auditorOf(config, store, codec, pool);
    await until(async () => (await auditor.lastSigned()) !== undefined);
    const { ok, checkpoints } = await auditor.verify();
    expect({ ok, checkpoints: checkpoints <= reactors.length }).toEqual({ ok: true, checkpoints: true });
    await store.close();
  });
});
