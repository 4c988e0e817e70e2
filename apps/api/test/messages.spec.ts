import type { Type } from '@nestjs/common';
import { StaffQueries } from '@projections/business';
import { UserQueries } from '@projections/identity';
import { BusinessFacts } from '@yoyaku/business';
import { CatalogFacts } from '@yoyaku/catalog';
import { aggregates, projectionsAndReactions } from '@yoyaku/composition';
import { CustomerFacts } from '@yoyaku/customers';
import {
  AggregateStore,
  Commands,
  EventStoreDb,
  PostgresSubjectKeys,
  type RecordedEvent,
  stepOf,
  subjectOf,
  systemContext,
} from '@yoyaku/eventing';
import { deriveUuid, type Instant, instant, localDate, newUuid, now, plusDays, type Uuid } from '@yoyaku/kernel';
import { Notification, Outbox } from '@yoyaku/notifications';
import { Consistency } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { pino } from 'pino';
import { Booking } from '../../../libs/booking/src/domain/booking.decider';
import { cancelStep, occurrenceId } from '../../../libs/booking/src/domain/series.decider';
import { BookingsToTell } from '../../../libs/notifications/src/application/booking-facts';
import { Notifier } from '../../../libs/notifications/src/application/notifier';
import { PeopleOfBookings } from '../../../libs/notifications/src/application/people-of-bookings';
import { SeriesToTell } from '../../../libs/notifications/src/application/series-facts';
import type { BookingFacts } from '../../../libs/notifications/src/domain/notice';
import { SendReminders } from '../../../libs/notifications/src/reactions/reminders';
import { seriesMessages, TellOfCancelledSeries } from '../../../libs/notifications/src/reactions/series-messages';
import { aMailServer } from '../../../libs/notifications/test/a-provider';
import { type ProjectorProcess, startProjector } from '../../projector/src/projector-process';
import { type ReactorProcess, startReactor } from '../../reactor/src/reactor-process';
import { createApi } from '../src/create-api';
import { anOpenSalon, employed, must, type Person, somebody } from './a-business';
import { ApiUnderTest, OUTBOX_KEY, PASSWORD } from './api-under-test';

/** The whole way: what a person does, the events, the jobs of two reactors, and what is in the outbox then. */
const logger = pino({ level: 'silent' });
const rhythm = { everyMs: 50, graceMs: 30_000 };
let api: ApiUnderTest;
let outbox: Outbox;
let projector: ProjectorProcess;
let reactors: ReactorProcess[];

beforeAll(async () => {
  api = await ApiUnderTest.start();
  outbox = api.app.get(Outbox);
  projector = await startProjector({ ...api.config, aggregates, projections: projectionsAndReactions, logger });
  reactors = [await startReactor(api.config, logger, rhythm), await startReactor(api.config, logger, rhythm)];
});
afterAll(async () => {
  await Promise.all(reactors.map((reactor) => reactor.stop()));
  await projector.stop();
  await api.stop();
});

type Messages = Awaited<ReturnType<Outbox['newest']>>;

/** What was sent to that address, the oldest first, once there are so many. */
async function sentTo(address: string, count: number): Promise<Messages> {
  let sent: Messages = [];
  await until(async () => {
    sent = (await outbox.newest(200, address)).reverse();
    return sent.length >= count;
  });
  return sent;
}
const kindsOf = (sent: Messages): string[] => sent.map(({ kind }) => kind);
const icsOf = (message: Messages[number] | undefined): string => message?.attachments[0]?.content ?? '';
const fieldOf = (ics: string, name: string): string | undefined => new RegExp(`^${name}:(.*)\r$`, 'm').exec(ics)?.[1];

async function register(locale: string): Promise<Person & { email: string }> {
  const email = `${newUuid()}@example.com`;
  const body = { name: 'Hanako', email, password: PASSWORD, locale };
  const { user, accessToken } = (await must(api.call('POST', '/auth/register', { body }))).body;
  return { id: user.id, token: accessToken, email };
}

const NEWS = 'Subject: News';
const date = plusDays(localDate(now(), 'UTC'), 5);
const start = (hour: number): Instant => instant(`${date}T0${hour}:00:00Z`);

async function aSalon() {
  const salon = await anOpenSalon(api, ['00:00', '24:00']);
  const { id: serviceId } = (
    await salon.asOwner('POST', '/owner/services', {
      businessId: salon.businessId,
      name: 'Cut',
      durationMinutes: 60,
      price: { amount: 8000, currency: 'JPY' },
      capacity: 50,
    })
  ).body;
  return { ...salon, serviceId };
}

/** From its confirmation over two moves to its cancellation. */
async function followBooking(locale: string, confirmed: string, cancelled: string): Promise<void> {
  const [salon, hanako] = [await aSalon(), await register(locale)];
  await sentTo(hanako.email, 2);
  const as = (method: 'POST' | 'DELETE', path: string, body: object) =>
    must(api.call(method, path, { token: hanako.token, body }));
  const request = { businessId: salon.businessId, serviceId: salon.serviceId, start: start(1) };
  const { id } = (await as('POST', '/bookings', request)).body;
  await sentTo(hanako.email, 3);
  await as('POST', `/bookings/${id}/reschedule`, { start: start(3) });
  await sentTo(hanako.email, 4);
  await as('POST', `/bookings/${id}/reschedule`, { start: start(5) });
  await sentTo(hanako.email, 5);
  await as('DELETE', `/bookings/${id}/cancel`, {});
  const sent = (await sentTo(hanako.email, 6)).slice(2);
  expect(kindsOf(sent)).toEqual(['booking_confirmed', 'booking_changed', 'booking_changed', 'booking_cancelled']);
  expect(sent.every((message) => message.locale === locale)).toBe(true);
  expect(sent[0]?.subject).toContain(confirmed);
  expect(sent[3]?.subject).toContain(cancelled);
  expect(sent[1]?.text).toMatch(/12(:|時)00/);
  const calendars = sent.map(icsOf);
  expect(new Set(calendars.map((ics) => fieldOf(ics, 'UID'))).size).toBe(1);
  expect(calendars.map((ics) => fieldOf(ics, 'SEQUENCE'))).toEqual(['0', '1', '2', '3']);
  expect(calendars.map((ics) => fieldOf(ics, 'METHOD'))).toEqual(['REQUEST', 'REQUEST', 'REQUEST', 'CANCEL']);
  expect(fieldOf(calendars[3] as string, 'STATUS')).toBe('CANCELLED');
  const unread = async (): Promise<{ type: string }[]> =>
    (await api.call('GET', '/notifications/unread', { token: hanako.token })).body.items;
  await until(async () => (await unread()).some(({ type }) => type === 'booking_cancelled'));
}

it('somebody follows a booking from its confirmation to its cancellation in each language', async () => {
  await Promise.all([
    followBooking('ja', 'ご予約が確定しました', 'ご予約がキャンセルされました'),
    followBooking('en', 'Confirmed', 'Cancelled'),
    followBooking('ru', 'Запись подтверждена', 'Запись отменена'),
    followBooking('kk', 'Жазылу расталды', 'Жазылу тоқтатылды'),
  ]);
});

it('tells of a series once, whatever is done with several of its bookings, and of one that is alone', async () => {
  const [salon, hanako] = [await aSalon(), await register('en')];
  await sentTo(hanako.email, 2);
  const { businessId, serviceId } = salon;
  const rule = { rrule: 'FREQ=DAILY;COUNT=14', mode: 'all' };
  const body = { businessId, serviceId, start: start(1), ...rule };
  const { id } = (await must(api.call('POST', '/bookings/series', { token: hanako.token, body }))).body;
  await sentTo(hanako.email, 3);
  const cancel = (query: string) =>
    must(api.call('DELETE', `/bookings/series/${id}?${query}`, { token: hanako.token, body: {} }));
  await cancel(`scope=one&start=${start(1)}`);
  await cancel('scope=all');
  const sent = (await sentTo(hanako.email, 5)).slice(2);
  expect(kindsOf(sent).toSorted()).toEqual(['booking_cancelled', 'series_booked', 'series_cancelled']);
  const booked = sent.find(({ kind }) => kind === 'series_booked');
  expect(booked?.subject).toContain('Cut, 14×, first on');
  expect(booked?.text).toContain('+2');
  expect(icsOf(booked).match(/^UID:/gm)).toHaveLength(14);
  expect(fieldOf(icsOf(booked), 'METHOD')).toBe('PUBLISH');
  expect(icsOf(sent.find(({ kind }) => kind === 'series_cancelled')).match(/^UID:/gm)).toHaveLength(13);
  const types = async (): Promise<string[]> =>
    (await api.call('GET', '/notifications', { token: salon.owner.token })).body.items
      .map(({ type }: { type: string }) => type)
      .filter((type: string) => /^(booking|series)_/.test(type));
  await until(async () => (await types()).length >= 3);
  expect((await types()).toSorted()).toEqual(['booking_withdrawn', 'series_received', 'series_withdrawn']);
});

it('tells once of a series that was moved, with the new times', async () => {
  const [salon, hanako] = [await aSalon(), await register('en')];
  const { businessId, serviceId } = salon;
  const body = { businessId, serviceId, start: start(2), rrule: 'FREQ=DAILY;COUNT=4', mode: 'all' };
  const { id } = (await must(api.call('POST', '/bookings/series', { token: hanako.token, body }))).body;
  await sentTo(hanako.email, 3);
  const move = { token: hanako.token, body: { start: start(3) } };
  const moved = await must(api.call('POST', `/bookings/series/${id}/reschedule`, move));
  expect(moved.body.items[0].start).toBe(start(3));
  const sent = (await sentTo(hanako.email, 4)).find(({ kind }) => kind === 'series_changed');
  expect(sent?.subject).toContain('Cut, 4×, first on');
  const ics = icsOf(sent);
  expect([ics.match(/^UID:/gm), ics.match(/^SEQUENCE:1/gm)]).toMatchObject([{ length: 4 }, { length: 4 }]);
  const types = async (): Promise<string[]> =>
    (await api.call('GET', '/notifications', { token: salon.owner.token })).body.items
      .map(({ type }: { type: string }) => type)
      .filter((type: string) => /^(booking|series)_/.test(type));
  await until(async () => (await types()).length >= 2);
  expect((await types()).toSorted()).toEqual(['series_moved', 'series_received']);
  expect(kindsOf(await sentTo(hanako.email, 4)).filter((kind) => /^booking/.test(kind))).toEqual([]);
});

it('tells of what a cancellation of a series had done when it stood still, and of the rest once that is done', async () => {
  const [salon, hanako] = [await aSalon(), await register('en')];
  await sentTo(hanako.email, 2);
  const { businessId, serviceId } = salon;
  const body = { businessId, serviceId, start: start(2), rrule: 'FREQ=DAILY;COUNT=5', mode: 'all' };
  const { id } = (await must(api.call('POST', '/bookings/series', { token: hanako.token, body }))).body;
  await sentTo(hanako.email, 3);
  const get = <T>(type: Type<T>): T => api.app.get(type, { strict: false });
  const aggregates = get(AggregateStore);
  const notifier = new Notifier(aggregates, get(Commands));
  const bookings = new BookingsToTell(aggregates, get(BusinessFacts), get(CatalogFacts));
  const handler = new TellOfCancelledSeries(
    new SeriesToTell(aggregates, bookings, notifier),
    new PeopleOfBookings(get(CustomerFacts), get(BusinessFacts), notifier),
  );
  const request = systemContext('spec');
  const cause = request.commandId;
  /** The request cancels those; then each has its job done, twice at once. */
  const cancel = async (...occurrences: number[]) => {
    const ids = occurrences.map((i) => occurrenceId(id, i));
    for (const bookingId of ids) {
      const command = { type: 'CancelBooking', data: { by: 'customer', reason: null } } as const;
      await get(Commands).execute(Booking, bookingId, command, stepOf(request, cancelStep(bookingId)));
    }
    const jobs = [...ids, ...ids].map((bookingId) => ({ data: { bookingId, cause }, context: systemContext('spec') }));
    await Promise.all(jobs.map((job) => handler.run(job as unknown as Parameters<typeof handler.run>[0])));
    return ids;
  };
  const [bookingId] = await cancel(0, 1, 2);
  await cancel(3, 4);
  const cancellations = (await sentTo(hanako.email, 5)).filter(({ kind }) => kind === 'series_cancelled');
  expect(cancellations.map((sent) => icsOf(sent).match(/^UID:/gm)?.length).toSorted()).toEqual([2, 3]);
  const [event] = (await Array.fromAsync(aggregates.history(Booking, bookingId as Uuid))).slice(-1);
  const planned = seriesMessages.on.BookingCancelled?.(event as RecordedEvent<never>);
  expect(planned?.map(({ key }) => key)).toEqual([cause, `${cause} ${bookingId}`]);
});

it('tells an owner of their business and its bookings, and nobody of what they did themselves', async () => {
  const [salon, hanako] = [await aSalon(), await register('en')];
  const body = { businessId: salon.businessId, serviceId: salon.serviceId, start: start(1) };
  const { id } = (await must(api.call('POST', '/bookings', { token: hanako.token, body }))).body;
  await must(api.call('DELETE', `/bookings/${id}/cancel`, { token: hanako.token, body: {} }));
  const address = `${salon.owner.id}@example.com`;
  // Jobs of several kinds are done side by side: the last that was planned may be the first in the outbox.
  expect(kindsOf(await sentTo(address, 5)).sort()).toEqual([
    'booking_withdrawn',
    'business_approved',
    'business_created',
    'email_verification',
    'welcome',
  ]);
  const own = { businessId: salon.businessId, serviceId: salon.serviceId, start: start(2), customerId: undefined };
  const customer = (await salon.asOwner('POST', '/customers', { businessId: salon.businessId, name: 'Taro' })).body.id;
  await salon.asOwner('POST', '/bookings', { ...own, customerId: customer });
  const list = async () =>
    (await api.call('GET', '/notifications', { token: salon.owner.token })).body.items.map(
      ({ type }: { type: string }) => type,
    );
  await until(async () => (await list()).includes('booking_received'));
  expect((await list()).filter((type: string) => type === 'booking_received')).toHaveLength(1);
});

it('reminds by e-mail, shortly before by text message who agreed to those, each once', async () => {
  const [salon, email, phone] = [await aSalon(), `${newUuid()}@example.com`, '+819012345678'];
  const { businessId, serviceId } = salon;
  const customer = { businessId, name: 'Taro', email, phone, locale: 'ja' };
  const customerId = (await salon.asOwner('POST', '/customers', customer)).body.id;
  await salon.asOwner('POST', `/customers/${customerId}/consents`, { channel: 'sms' });
  const booked = { businessId, serviceId, start: start(1), customerId };
  const { id: bookingId } = (await salon.asOwner('POST', '/bookings', booked)).body;
  const get = <T>(type: Type<T>): T => api.app.get(type, { strict: false });
  const aggregates = get(AggregateStore);
  const handler = new SendReminders(
    new BookingsToTell(aggregates, get(BusinessFacts), get(CatalogFacts)),
    get(CustomerFacts),
    new Notifier(aggregates, get(Commands)),
  );
  const remind = (hours: number, at = start(1)) =>
    handler.run({ data: { bookingId, start: at, hours }, context: systemContext('spec') } as Parameters<
      typeof handler.run
    >[0]);
  for (const hours of [24, 24, 2, 2]) await remind(hours);
  await remind(48, start(2));
  const [text] = await sentTo(phone, 1);
  expect(text).toMatchObject({ channel: 'sms', kind: 'booking_reminder', segments: 1, locale: 'ja' });
  expect(text?.text).toContain('ご予約のお知らせです。');
  expect(kindsOf(await sentTo(email, 2)).sort()).toEqual(['booking_confirmed', 'booking_reminder']);
  expect(await outbox.newest(10, phone)).toHaveLength(1);
});

it('sends nothing that is no longer true when its turn comes', async () => {
  const [salon, email] = [await aSalon(), `${newUuid()}@example.com`];
  const { businessId, serviceId } = salon;
  const customerId = (await salon.asOwner('POST', '/customers', { businessId, name: 'Taro', email, locale: 'ja' })).body
    .id;
  const { id } = (await salon.asOwner('POST', '/bookings', { businessId, serviceId, start: start(1), customerId }))
    .body;
  await sentTo(email, 1);
  const get = <T>(type: Type<T>): T => api.app.get(type, { strict: false });
  const aggregates = get(AggregateStore);
  const told = await new BookingsToTell(aggregates, get(BusinessFacts), get(CatalogFacts)).find(id);
  const notifier = new Notifier(aggregates, get(Commands));
  const addressee = { userId: null, customerId, businessId, locale: 'ja' };
  const late = { kind: 'booking_requested', facts: told?.facts as BookingFacts } as const;
  await notifier.tell(addressee, late, 'late', systemContext('spec'));
  const notificationId = deriveUuid('notification', 'late', late.kind, customerId);
  const reasons = async () =>
    (await Array.fromAsync(aggregates.history(Notification, notificationId))).map(({ data }) =>
      'reason' in data ? data.reason : null,
    );
  await until(async () => (await reasons()).length > 1);
  expect(await reasons()).toEqual([null, 'outdated']);
  expect(kindsOf(await sentTo(email, 1))).toEqual(['booking_confirmed']);
});

it('leaves nothing in the outbox of somebody who is erased', async () => {
  const [salon, email] = [await aSalon(), `${newUuid()}@example.com`];
  const { businessId, serviceId } = salon;
  const customer = (await salon.asOwner('POST', '/customers', { businessId, name: 'Taro', email, locale: 'ru' })).body
    .id;
  await salon.asOwner('POST', '/bookings', { businessId, serviceId, start: start(1), customerId: customer });
  const [message] = await sentTo(email, 1);
  expect(message).toMatchObject({ kind: 'booking_confirmed', locale: 'ru' });
  await new PostgresSubjectKeys(api.app.get(Pool), api.config.piiMasterKey).destroy(subjectOf('customer', customer));
  expect(await outbox.newest(10, email)).toEqual([]);
});

it('sends again what a provider took without an answer, under the same Message-ID', async () => {
  const answers = ['hang up', '451 later', '250 taken'];
  const server = await aMailServer((mail) => (mail.includes(NEWS) && answers.shift()) || '250 taken');
  for (const reactor of reactors.splice(0)) await reactor.stop();
  const sending = { ...api.config.sending, provider: 'smtp', smtpUrl: server.url, firstDelayMs: 50 } as const;
  const config = { ...api.config, sending };
  reactors.push(await startReactor(config, logger, rhythm), await startReactor(config, logger, rhythm));
  const [admin, hanako] = [await somebody(api, 'admin'), await somebody(api)];
  const body = { userId: hanako.id, title: 'News', message: 'We move', channels: ['email'] };
  const ofHanako = () => server.mails.filter((mail) => mail.includes(NEWS));
  const { id } = (await must(api.call('POST', '/notifications', { token: admin.token, body }))).body;
  await until(async () => ofHanako().length >= 3);
  const ids = ofHanako().map((mail) => /^Message-ID: (.*)$/m.exec(mail)?.[1]);
  expect(ids).toEqual([`<${id}@localhost>`, `<${id}@localhost>`, `<${id}@localhost>`]);
  const store = api.app.get(EventStoreDb);
  const types = async () => (await Array.fromAsync(store.readStream(`notification-${id}`))).map(({ type }) => type);
  await until(async () => (await types()).includes('NotificationSent'));
  expect(await types()).toEqual([
    'NotificationRequested',
    'NotificationNotSent',
    'NotificationNotSent',
    'NotificationSent',
  ]);
  await server.stop();
});

it('shows admins how it stands with the jobs, and has those tried again that were tried in vain', async () => {
  const { token } = await somebody(api, 'admin');
  const { items } = (await must(api.call('GET', '/admin/jobs', { token }))).body;
  const mails = items.find(({ kind }: { kind: string }) => kind === 'send-email');
  expect(mails).toMatchObject({ kind: 'send-email', failed: 0 });
  const pool = api.app.get(Pool);
  await pool.query(
    `insert into yoyaku_jobs.job (name, source_name, data) select 'failed-jobs', 'send-email', data from yoyaku_jobs.job
     where name = 'send-email' and state = 'completed' limit 1`,
  );
  const failed = async (): Promise<number> =>
    (await api.call('GET', '/admin/jobs', { token })).body.items.find(
      ({ kind }: { kind: string }) => kind === 'send-email',
    ).failed;
  expect(await failed()).toBe(1);
  expect(await must(api.call('POST', '/admin/jobs/retry', { token }))).toMatchObject({ body: { retried: 1 } });
  expect(await failed()).toBe(0);
});

describe('the outbox as pages', () => {
  const url = `/outbox?key=${OUTBOX_KEY}`;

  it('is shown at this machine alone', async () => {
    const page = await api.app.inject({ url });
    expect(page.body).toContain('<title>Outbox</title>');
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect((await api.app.inject({ url, remoteAddress: '192.0.2.1' })).statusCode).toBe(404);
    expect((await api.app.inject({ url, headers: { host: 'evil.example' } })).statusCode).toBe(404);
  });

  it('is shown to who has the key alone, though a proxy at this machine makes everybody look near', async () => {
    const [{ id } = { id: '' }] = await outbox.newest(1);
    for (const path of ['/outbox', `/outbox/${id}`, `/outbox/${id}/page`, `/outbox/${id}/attachments/0`]) {
      for (const query of ['', '?key=', `?key=${OUTBOX_KEY.slice(1)}`, `?key=${OUTBOX_KEY}&key=${OUTBOX_KEY}`]) {
        expect((await api.app.inject({ url: `${path}${query}` })).statusCode).toBe(404);
      }
    }
    const closed = await createApi({ ...api.config, outboxKey: '' }, logger);
    expect((await closed.inject({ url: '/outbox?key=' })).statusCode).toBe(404);
    await closed.close();
  });

  it('shows a message, its page, and what is attached', async () => {
    const message = (await outbox.newest(200)).find(({ attachments }) => attachments.length > 0);
    const at = (path: string) => api.app.inject({ url: `/outbox/${message?.id}${path}?key=${OUTBOX_KEY}` });
    const { body } = await at('');
    expect(body).toContain(message?.kind);
    const links = [...body.matchAll(/href="([^"]+)"/g)].map(([, link]) => link as string);
    expect(links).toHaveLength(3);
    for (const link of links) expect((await api.app.inject({ url: link })).statusCode).toBe(200);
    expect((await at('/page')).body).toBe(message?.html);
    const attached = await at('/attachments/0');
    expect(attached.headers['content-type']).toMatch(/^text\/calendar/);
    expect(attached.body).toContain('BEGIN:VCALENDAR');
    expect((await at('/attachments/1')).statusCode).toBe(404);
    expect((await api.app.inject({ url: `/outbox/${newUuid()}?key=${OUTBOX_KEY}` })).statusCode).toBe(404);
  });

  it('is answered to admins', async () => {
    const { token } = await somebody(api, 'admin');
    const { body } = await api.call('GET', '/outbox?limit=1', { token });
    expect(body.items).toHaveLength(1);
  });
});

describe('an announcement', () => {
  const announce = async (body: object): Promise<void> => {
    const { token } = await somebody(api, 'admin');
    const headers = { 'idempotency-key': newUuid() };
    const made = await api.call('POST', '/admin/announcements', { token, body, headers });
    expect(made).toMatchObject({ status: 202, body: { id: expect.any(String), ...body } });
    expect((await api.call('POST', '/admin/announcements', { token, body, headers })).text).toBe(made.text);
  };
  /** What stands in somebody's list, by its title. */
  const heard = async ({ token }: Person, title: string): Promise<number> => {
    const headers = { 'x-min-position': String(await api.app.get(EventStoreDb).head()), prefer: 'wait=10' };
    const { items } = (await must(api.call('GET', '/notifications', { token, headers }))).body;
    return items.filter((item: { title: string }) => item.title === title).length;
  };

  it('is told to all users once, part by part, and to nobody who comes later', async () => {
    const people: Person[] = [];
    for (let i = 0; i < 7; i++) people.push(await somebody(api));
    const { activeIds } = UserQueries.prototype;
    const parts = jest.spyOn(UserQueries.prototype, 'activeIds').mockImplementation(function (
      this: UserQueries,
      ...[at, after]
    ) {
      return activeIds.call(this, at, after, 5);
    });
    await announce({ title: 'To all', message: 'We have moved' });
    const late = await somebody(api);
    await until(async () => (await Promise.all(people.map((who) => heard(who, 'To all')))).every((count) => count > 0));
    await announce({ title: 'The next', message: 'Again' });
    await until(async () => (await heard(late, 'The next')) > 0);
    expect(await Promise.all(people.map((who) => heard(who, 'To all')))).toEqual(people.map(() => 1));
    expect(await heard(late, 'To all')).toBe(0);
    expect(parts.mock.calls.length).toBeGreaterThan(2);
    parts.mockRestore();
  });

  it('to a business is told to its people alone', async () => {
    const [salon, yuki, hanako] = [await aSalon(), await somebody(api), await somebody(api)];
    await employed(api, salon.owner.token, { businessId: salon.businessId, userId: yuki.id, role: 'staff' });
    const { activeUserIds } = StaffQueries.prototype;
    const begun = Promise.withResolvers<void>();
    const mayGoOn = Promise.withResolvers<void>();
    const held = jest.spyOn(StaffQueries.prototype, 'activeUserIds').mockImplementation(async function (
      this: StaffQueries,
      ...given
    ) {
      begun.resolve();
      await mayGoOn.promise;
      return activeUserIds.apply(this, given);
    });
    await announce({ businessId: salon.businessId, title: 'To the salon', message: 'Mind the step' });
    await begun.promise;
    const late = await somebody(api);
    const joined = await employed(api, salon.owner.token, {
      businessId: salon.businessId,
      userId: late.id,
      role: 'staff',
    });
    await api.app
      .get(Consistency)
      .waitFor(['staff'], BigInt(joined.headers['x-event-position'] as string), { timeoutMs: 60_000 });
    mayGoOn.resolve();
    const told = [salon.owner, yuki];
    await until(async () => (await Promise.all(told.map((who) => heard(who, 'To the salon')))).every(Boolean));
    await announce({ businessId: salon.businessId, title: 'Once more', message: 'Mind the step' });
    await until(async () => (await Promise.all(told.map((who) => heard(who, 'Once more')))).every(Boolean));
    expect(await Promise.all([...told, hanako, late].map((who) => heard(who, 'To the salon')))).toEqual([1, 1, 0, 0]);
    held.mockRestore();
    const { token } = await somebody(api, 'admin');
    const body = { businessId: newUuid(), title: 'To nobody', message: 'Nothing' };
    expect(await api.call('POST', '/admin/announcements', { token, body })).toMatchObject({
      status: 404,
      body: { code: 'business.not_found' },
    });
  });
});
