import { EventStoreDb } from '@yoyaku/eventing';
import { instant, now, plusMs } from '@yoyaku/kernel';
import { type ABusiness, aBusiness, employed, type Person, somebody } from './a-business';
import { ApiUnderTest, callOn, type Method, type Reply } from './api-under-test';

let api: ApiUnderTest;
let auditor: Person;
let salon: ABusiness;
let rival: ABusiness;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  const admin = await somebody(api, 'admin');
  auditor = await somebody(api, 'auditor');
  [salon, rival] = await Promise.all([aBusiness(api, admin), aBusiness(api, admin)]);
});
afterAll(() => api.stop());

/** What somebody did last; queries see it. */
let position = '0';

async function change(method: Method, path: string, body: object, user: Person = salon.people.owner): Promise<Reply> {
  const headers = { 'user-agent': 'curl of a spec' };
  const reply = await callOn(api.app, method, path, { token: user.token, body, headers });
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
  position = reply.headers['x-event-position'] as string;
  return reply;
}

const look = (path: string, user: Person = salon.people.owner): Promise<Reply> =>
  api.call('GET', path, { token: user.token, headers: { 'x-min-position': position, prefer: 'wait=10' } });

const differences = ({ body }: Reply) =>
  body.items.map(({ action, difference }: { action: string; difference: unknown }) => [action, difference]);

describe('the audit log', () => {
  it('says who did what, from where, and what was before and after', async () => {
    const { service, business } = salon.things;
    await change('PUT', `/owner/services/${service}`, { price: { amount: 9000, currency: 'JPY' }, name: 'Haircut' });
    const { body } = await look(`/audit/entity/service/${service}`);
    expect(body.items[0]).toMatchObject({
      tenantId: business,
      actorId: salon.people.owner.id,
      actorRole: 'user',
      ip: expect.stringMatching(/127\.0\.0\.1/),
      userAgent: 'curl of a spec',
      entity: 'service',
      entityId: service,
      action: 'ServiceChanged',
      difference: [
        { field: 'name', before: 'Cut', after: 'Haircut' },
        { field: 'price.amount', before: 8000, after: 9000 },
      ],
    });
    const [, created] = body.items;
    expect(created.difference).toContainEqual({ field: 'name', before: null, after: 'Cut' });
    expect(await look(`/audit/${body.items[0].id}`)).toMatchObject({ status: 200, body: body.items[0] });
    const listed = await look(`/audit?businessId=${business}&entity=service`);
    expect(listed.body.items.slice(0, 2)).toEqual(body.items.slice(0, 2));
  });

  it('tells of a list what came and what went', async () => {
    const { customer } = salon.things;
    await change('PUT', `/customers/${customer}`, { tags: ['regular', 'quiet'] });
    await change('PUT', `/customers/${customer}`, { tags: ['quiet'], email: 'hanako@example.com' });
    const [untagged, changed, second, first] = differences(await look(`/audit/entity/customer/${customer}`));
    expect(untagged).toEqual(['CustomerUntagged', [{ field: 'tags', before: ['regular'], after: [] }]]);
    expect(changed).toEqual(['CustomerChanged', [{ field: 'email', before: null, after: 'hanako@example.com' }]]);
    expect(second).toEqual(['CustomerTagged', [{ field: 'tags', before: [], after: ['quiet'] }]]);
    expect(first).toEqual(['CustomerTagged', [{ field: 'tags', before: [], after: ['regular'] }]]);
  });

  it('forgets what was before, and after, with the person', async () => {
    const { business } = salon.things;
    const { id } = (await change('POST', '/customers', { businessId: business, name: 'Murasaki', tags: ['shy'] })).body;
    await change('PUT', `/customers/${id}`, { name: 'Shikibu', phone: '+81752111211', tags: ['poet'] });
    const known = await look(`/audit/entity/customer/${id}`);
    for (const word of ['Murasaki', 'Shikibu', '75']) expect(JSON.stringify(differences(known))).toContain(word);
    await change('POST', `/customers/${id}/erase`, {});
    const { body, text } = await look(`/audit/entity/customer/${id}`);
    expect(body.items[0]).toMatchObject({ action: 'CustomerErased' });
    for (const word of ['Murasaki', 'Shikibu', '752111211', 'shy', 'poet']) expect(text).not.toContain(word);
  });

  it('is asked by kind of thing, also by one whose name has an underscore', async () => {
    const [{ business: businessId }, { owner }] = [rival.things, rival.people];
    await change('POST', '/policies', { businessId, name: 'A day', freeUntilHours: 24, isDefault: true }, owner);
    const { items } = (await look(`/audit?businessId=${businessId}&entity=default_policy`, owner)).body;
    expect(items).toMatchObject([{ entity: 'default_policy', action: 'DefaultPolicyChosen' }]);
  });

  it('is the business’s own', async () => {
    const [{ business, service }, { owner }] = [salon.things, rival.people];
    expect(await look(`/audit/entity/service/${service}`, owner)).toMatchObject({ status: 404 });
    expect(await look(`/audit?businessId=${business}`, owner)).toMatchObject({ status: 404 });
    const { items } = (await look(`/audit?businessId=${rival.things.business}&limit=200`, owner)).body;
    const tenants = new Set(items.map(({ tenantId }: { tenantId: string }) => tenantId));
    expect(tenants).toEqual(new Set([rival.things.business]));
  });

  it('tells an auditor nothing personal: what, but not of whom', async () => {
    const { business } = salon.things;
    const { id } = (await change('POST', '/customers', { businessId: business, name: 'Sei Shonagon' })).body;
    const entity = `/audit/entity/customer/${id}`;
    expect((await look(entity)).text).toContain('Shonagon');
    const { body, text } = await look(entity, auditor);
    expect(body.items[0]).toMatchObject({ action: 'CustomerCreated', ip: null, userAgent: null });
    const [one, listed] = [await look(`/audit/${body.items[0].id}`, auditor), await look('/audit', auditor)];
    const state = await look(`${entity}/state?at=${now()}`, auditor);
    expect(state).toMatchObject({ status: 200, body: { state: { name: null } } });
    for (const told of [text, one.text, listed.text, state.text]) expect(told).not.toContain('Shonagon');
  });

  it('tells the business from where its own people act, not from where customers or the platform’s admins do', async () => {
    const { business, service } = salon.things;
    const customer = await somebody(api);
    const start = plusMs(instant(salon.start), 5 * 3_600_000);
    await change('POST', '/bookings', { businessId: business, serviceId: service, start }, customer);
    const addresses = async (action: string) => {
      const { items } = (await look(`/audit?businessId=${business}&action=${action}&limit=1`)).body;
      return items.map(({ ip, userAgent }: { ip: string; userAgent: string }) => [ip, userAgent]);
    };
    expect(await addresses('BookingRequested')).toEqual([[null, null]]);
    expect(await addresses('BusinessApproved')).toEqual([[null, null]]);
    expect(await addresses('ServiceChanged')).toEqual([['127.0.0.1', 'curl of a spec']]);
  });

  it('tells from where its people act since they are its people, not of what they did before', async () => {
    const { business, service } = salon.things;
    const hanako = await somebody(api);
    const start = plusMs(instant(salon.start), 7 * 3_600_000);
    const wish = { businessId: business, serviceId: service, start };
    const booking = (await change('POST', '/bookings', wish, hanako)).body.id;
    const appointment = { businessId: business as string, userId: hanako.id, role: 'staff' };
    const { id } = (await employed(api, salon.people.owner.token, appointment)).body;
    await change('PATCH', `/bookings/${booking}`, { note: 'By the window' }, hanako);
    const addresses = async () => {
      const { items } = (await look(`/audit?businessId=${business}&actorId=${hanako.id}&entity=booking`)).body;
      return items.map(({ action, ip, userAgent }: Record<string, unknown>) => [action, ip, userAgent]);
    };
    const before = ['BookingRequested', null, null];
    const [[action, ...address], ...earlier] = await addresses();
    expect(address).toEqual(['127.0.0.1', 'curl of a spec']);
    expect(earlier).toEqual([before]);
    await change('DELETE', `/staff/assignments/${id}`, {});
    await employed(api, salon.people.owner.token, appointment);
    expect(await addresses()).toEqual([[action, null, null], before]);
  });

  it('finds a thing by its id however its letters are written', async () => {
    const service = salon.things.service as string;
    const [path, shouted] = [service, service.toUpperCase()].map((id) => `/audit/entity/service/${id}`);
    const state = `state?at=${now()}`;
    expect(shouted).not.toBe(path);
    const { body } = await look(path as string);
    expect((await look(shouted as string)).body).toEqual(body);
    const asked = `/audit?businessId=${salon.things.business}&entity=service&entityId=${service.toUpperCase()}`;
    expect((await look(asked)).body).toEqual(body);
    expect(await look(`${shouted}/${state}`)).toMatchObject({ status: 200, body: { entityId: service } });
  });

  it('is all there for an auditor, who changes nothing', async () => {
    expect((await look('/audit', auditor)).body.items.length).toBeGreaterThan(10);
    const reply = await api.call('PUT', `/owner/services/${salon.things.service}`, {
      token: auditor.token,
      body: { name: 'Mine' },
    });
    expect(reply.status).toBe(404);
  });
});

describe('asked nonsense', () => {
  const nothing = 'ffffffff-ffff-7fff-bfff-ffffffffffff';

  it.each<[string, number, string]>([
    ['/audit?from=yesterday', 400, 'request.invalid'],
    ['/audit?actorId=1', 400, 'request.invalid'],
    ['/audit?entity=Drag%20on', 400, 'request.invalid'],
    ['/audit?color=red', 400, 'request.invalid'],
    ['/audit?limit=201', 400, 'request.invalid'],
    ['/audit?cursor=x', 400, 'request.invalid_cursor'],
    ['/audit?sort=color', 400, 'request.invalid'],
    ['/audit/1', 400, 'request.invalid'],
    [`/audit/${nothing}`, 404, 'audit.not_found'],
    [`/audit/entity/dragon/${nothing}`, 404, 'audit.not_found'],
    [`/audit/entity/service/${nothing}`, 404, 'audit.not_found'],
    ['/audit/entity/service/%00', 400, 'request.invalid'],
    [`/audit/entity/service/${'x'.repeat(90)}`, 404, 'audit.not_found'],
    [`/audit/entity/dragon/${nothing}/state?at=2026-01-01T00:00:00Z`, 404, 'entity.not_found'],
    [`/audit/entity/service/${nothing}/state?at=2026-01-01T00:00:00Z`, 404, 'entity.not_found'],
    ['/audit/entity/service/%00/state?at=2026-01-01T00:00:00Z', 400, 'request.invalid'],
    [`/audit/entity/service/${nothing}/state`, 400, 'request.invalid'],
    [`/audit/entity/service/${nothing}/state?at=yesterday`, 400, 'request.invalid'],
    ['/audit/events?from=x', 400, 'request.invalid'],
    ['/audit/events?from=-1', 400, 'request.invalid'],
    ['/audit/events?from=1.5', 400, 'request.invalid'],
    [`/audit/events?from=${'9'.repeat(20)}`, 400, 'request.invalid'],
    [`/audit/events?from=${'9'.repeat(19)}`, 422, 'audit.position_not_reached'],
    [`/audit/events?follow=true&from=${'9'.repeat(15)}`, 422, 'audit.position_not_reached'],
    ['/audit/events?category=drag%20on', 400, 'request.invalid'],
    ['/audit/events?actorId=1', 400, 'request.invalid'],
    ['/audit/events?since=yesterday', 400, 'request.invalid'],
    ['/audit/events?decrypt=true', 403, 'access.forbidden'],
    ['/audit/proofs/1', 400, 'request.invalid'],
    [`/audit/proofs/${nothing}`, 404, 'event.not_found'],
  ])('%s', async (path, status, code) => {
    const reply = await look(path, auditor);
    expect({ status: reply.status, code: reply.body?.code }).toEqual({ status, code });
    expect(reply.body.detail).not.toBe('');
  });

  it('as to a moment before the thing was there', async () => {
    const { service } = salon.things;
    const [first] = await Array.fromAsync(api.app.get(EventStoreDb).readStream(`service-${service}`));
    const at = (ms: number) => plusMs(first?.metadata.occurredAt ?? now(), ms);
    const state = (moment: string) => look(`/audit/entity/service/${service}/state?at=${moment}`, auditor);
    expect(await state(at(-1))).toMatchObject({ status: 404, body: { code: 'entity.not_there_yet' } });
    expect(await state(at(0))).toMatchObject({ status: 200, body: { revision: 0, state: { name: 'Cut' } } });
    expect(await state('1900-01-01T00:00:00Z')).toMatchObject({ status: 404, body: { code: 'entity.not_there_yet' } });
  });

  it('exactly where history ends is no nonsense', async () => {
    const head = await api.app.get(EventStoreDb).head();
    expect(await look(`/audit/events?from=${head}`, auditor)).toMatchObject({ status: 200, text: '' });
    expect(await look(`/audit/events?from=${head + 1n}`, auditor)).toMatchObject({
      status: 422,
      body: { code: 'audit.position_not_reached', detail: `History goes up to position ${head} so far.` },
    });
  });
});
