import { Agenda, Calendar } from '@yoyaku/booking';
import { Resource } from '@yoyaku/catalog';
import { Customer } from '@yoyaku/customers';
import { type AnyAggregate, EventCodec, EventStoreDb, SUBJECT_KEYS, systemContext } from '@yoyaku/eventing';
import { deriveUuid, type Message, newUuid, PLATFORM } from '@yoyaku/kernel';
import { type ABusiness, aBusiness, type Person } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

let api: ApiUnderTest;
let salon: ABusiness;
let owner: Person;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  salon = await aBusiness(api, await api.admin());
  owner = salon.people.owner;
});
afterAll(() => api.stop());

const as = (method: Method, path: string, body?: object, headers = {}): Promise<Reply> =>
  api.call(method, path, { token: owner.token, body, headers });

/** The read models with everything up to that position in them. */
const seen = (path: string, position: bigint): Promise<Reply> =>
  as('GET', path, undefined, { 'x-min-position': `${position}`, prefer: 'wait=10' });

describe('dates and times from 1900 to 2200', () => {
  it.each([
    ['a block', () => `/resources/${salon.things.resource}/blocks`, {}],
    ['an appointment', () => '/bookings', { title: 'Dentist' }],
  ])('are all that %s may lie in', async (_, path, details) => {
    for (const [start, end] of [
      ['2200-06-01T00:00:00Z', '2201-01-01T00:00:00Z'],
      ['9999-01-31T00:00:00Z', '9999-12-31T00:00:00Z'],
      ['2200-12-31T00:00:00Z', '2200-12-31T23:59:59-12:00'],
    ]) {
      const { status, body } = await as('POST', path(), { ...details, start, end });
      const error = expect.objectContaining({ path: 'end', code: 'not_instant' });
      expect({ status, errors: body.errors }).toEqual({ status: 400, errors: expect.arrayContaining([error]) });
    }
  });

  it('are all that a birthday, an exception and a holiday may be', async () => {
    const { business: businessId, resource: resourceId } = salon.things;
    for (const date of ['0000-01-01', '1899-12-31', '2201-01-01', '9999-12-31']) {
      for (const [method, path, body] of [
        ['POST', '/customers', { businessId, name: 'Hanako', birthday: date }],
        ['POST', '/staff/exceptions', { resourceId, date, kind: 'off' }],
        ['PUT', `/owner/businesses/${businessId}/holidays`, { holidays: [{ date, name: 'Never' }] }],
      ] as const) {
        expect((await as(method, path, body)).body.errors).toMatchObject([{ code: 'not_date' }]);
      }
    }
  });

  it('are refused, not failed on, at their very ends', async () => {
    const { business, service, resource } = salon.things;
    const availability = `/availability?businessId=${business}&serviceId=${service}`;
    for (const path of [
      `${availability}&from=1900-01-01&to=1900-01-02`,
      `${availability}&from=2200-12-30&to=2200-12-31`,
      `${availability}&from=2200-12-30&to=2200-12-31&timezone=America/Los_Angeles`,
      `/availability/days?businessId=${business}&serviceId=${service}&from=2200-01-01&to=2200-12-31`,
      `/availability/explain?serviceId=${service}&resourceId=${resource}&start=1900-01-01T00:00:00Z`,
      `/availability/explain?serviceId=${service}&resourceId=${resource}&start=2200-12-31T23:59:59Z`,
      `/availability/resources?serviceId=${service}&start=2200-12-31T23:59:59Z`,
      `/bookings?businessId=${business}&from=1900-01-01T00:00:00Z&to=2200-12-31T23:59:59.999Z`,
    ]) {
      expect(`${path} ${(await as('GET', path)).status}`).toMatch(/ (200|422)$/);
    }
  });

  it('reach the database in one spelling', async () => {
    const from = encodeURIComponent('2027-04-01t09:00:00+09[Asia/Tokyo]');
    const list = await as('GET', `/bookings?businessId=${salon.things.business}&from=${from}`);
    expect(list).toMatchObject({ status: 200 });
  });

  it('bound an appointment to a year', async () => {
    const times = { start: '2040-01-01T00:00:00Z', end: '2041-01-02T00:00:01Z' };
    const { status, body } = await as('POST', '/bookings', { title: 'Sabbatical', ...times });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'booking.appointment_too_long' });
  });
});

describe('what an earlier build stored outside the range', () => {
  /** Appends as a build did that wrote that version of these events. */
  async function appendAsVersion(version: number, { category, events }: AnyAggregate, id: string, event: Message) {
    const definition = { ...events[event.type], version };
    const earlier = { category, events: { [event.type]: definition } } as unknown as AnyAggregate;
    const codec = new EventCodec([earlier], api.app.get(SUBJECT_KEYS));
    const store = api.app.get(EventStoreDb);
    const stream = `${category}-${id}`;
    const tenantId = category === 'agenda' ? PLATFORM : (salon.things.business as string);
    let link = { revision: -1, hash: null as string | null };
    for await (const { revision, metadata } of store.readStream(stream)) link = { revision, hash: metadata.hash };
    const sealed = await codec.sealAll(stream, [event], systemContext('spec'), tenantId, link);
    return (await store.append(stream, link.revision < 0 ? 'no_stream' : link.revision, sealed)).position;
  }

  it('is read as the nearest there is, by states and read models alike', async () => {
    const { business: businessId, resource: resourceId } = salon.things as Record<string, string>;
    const appointmentId = newUuid();
    const ids = { appointmentId, userId: owner.id };
    const times = { start: '9999-12-31T20:00:00Z', end: '+010000-01-01T11:59:59Z' };
    const planned = await appendAsVersion(1, Agenda, owner.id, {
      type: 'AppointmentPlanned',
      data: { ...ids, title: 'Doomsday', ...times },
    });
    expect((await seen(`/bookings/${appointmentId}`, planned)).body).toMatchObject({
      start: '2200-12-31T23:59:59.999Z',
      end: '2200-12-31T23:59:59.999Z',
      title: 'Doomsday',
    });
    expect((await as('DELETE', `/bookings/${appointmentId}`, {})).status).toBe(200);

    const blockId = newUuid();
    const block = { blockId, businessId, resourceId, start: '9999-01-31T00:00:00Z', end: '9999-12-31T00:00:00Z' };
    const blocked = await appendAsVersion(1, Calendar, resourceId as string, {
      type: 'TimeBlocked',
      data: { ...block, reason: null },
    });
    const slots = `/availability?businessId=${businessId}&serviceId=${salon.things.service}&from=2200-12-01&to=2200-12-02`;
    expect((await seen(slots, blocked)).body).toMatchObject({ slots: [] });
    expect((await as('DELETE', `/resources/${resourceId}/blocks/${blockId}`)).status).toBe(204);

    const exceptionId = newUuid();
    const added = await appendAsVersion(1, Resource, resourceId as string, {
      type: 'ResourceExceptionAdded',
      data: { resourceId, businessId, exceptionId, date: '0000-01-01', kind: 'off', hours: [] },
    });
    const { body: exceptions } = await seen(`/staff/exceptions?businessId=${businessId}`, added);
    expect(exceptions.items).toContainEqual(expect.objectContaining({ id: exceptionId, date: '1900-01-01' }));

    const customerId = deriveUuid('ancient', businessId as string);
    const profile = { name: 'Methuselah', email: null, phone: null, birthday: '0000-01-01' };
    const rest = { locale: null, assignedTo: null, userId: null, status: 'customer', tags: [], consents: [] };
    const created = await appendAsVersion(2, Customer, customerId, {
      type: 'CustomerCreated',
      data: { customerId, businessId, ...profile, ...rest },
    });
    expect((await seen(`/customers/${customerId}`, created)).body).toMatchObject({
      name: 'Methuselah',
      birthday: null,
    });
  });
});
