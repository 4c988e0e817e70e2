import { newUuid } from '@yoyaku/kernel';
import { anOpenSalon, daily, employed, must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

/** Whoever is to work for a business is asked, and is nobody there until they say yes. */
let api: ApiUnderTest;
let admin: Person;
let salon: Awaited<ReturnType<typeof anOpenSalon>>;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  admin = await somebody(api, 'admin');
  salon = await anOpenSalon(api, ['00:00', '24:00']);
});
afterAll(() => api.stop());

const call = ({ token }: Person, method: Method, path: string, body: object = {}, after?: Reply): Promise<Reply> =>
  api.call(method, path, { token, headers: after && seen(after), ...(method !== 'GET' && { body }) });
const seen = ({ headers }: Reply) => ({ 'x-min-position': headers['x-event-position'] as string, prefer: 'wait=10' });
const refused = (status: number, code: string) => ({ status, body: { code } });

const invite = (who: Person, more: object = {}, by = salon.owner, businessId = salon.businessId): Promise<Reply> =>
  call(by, 'POST', '/staff/assignments', { businessId, userId: who.id, role: 'staff', ...more });
const invited = (who: Person, more: object = {}) => must(invite(who, more));
const answer = (who: Person, { body }: Reply, yesOrNo: 'accept' | 'decline') =>
  call(who, 'POST', `/staff/assignments/${body.id}/${yesOrNo}`);
/** Accepts what was seen. */
const acceptSeen = ({ token }: Person, { body, headers }: Reply) =>
  api.call('POST', `/staff/assignments/${body.id}/accept`, {
    token,
    body: {},
    headers: { 'if-match': headers.etag as string },
  });
const withdraw = ({ body }: Reply) => call(salon.owner, 'DELETE', `/staff/assignments/${body.id}`);

/** Whether they may do what every member of staff may. */
const reads = async (who: Person): Promise<number> =>
  (await call(who, 'GET', `/customers?businessId=${salon.businessId}`)).status;

const listed = async (who: Person, query: string, after: Reply): Promise<string[]> =>
  (await must(call(who, 'GET', `/staff/assignments?${query}`, {}, after))).body.items.map(
    ({ id }: { id: string }) => id,
  );

describe('an invitation', () => {
  it('gives no rights until its person accepts, who finds it among their own', async () => {
    const yuki = await somebody(api);
    const offer = await invited(yuki, { specializations: ['color'] });
    expect(offer).toMatchObject({ status: 201, body: { status: 'invited', since: null, userId: yuki.id } });
    expect(await reads(yuki)).toBe(404);
    expect((await call(yuki, 'GET', '/owner/businesses', {}, offer)).body.items).toEqual([]);
    for (const query of ['status=invited', `businessId=${salon.businessId}`, ''])
      expect(await listed(yuki, query, offer)).toEqual([offer.body.id]);
    expect((await call(yuki, 'GET', `/staff/assignments/${offer.body.id}`, {}, offer)).body).toEqual(offer.body);
    const ofSalon = `businessId=${salon.businessId}`;
    expect(await listed(salon.owner, `${ofSalon}&status=invited`, offer)).toContain(offer.body.id);

    const accepted = await answer(yuki, offer, 'accept');
    const { updatedAt } = accepted.body;
    const active = { ...offer.body, status: 'active', since: updatedAt, revision: 1, updatedAt };
    expect(accepted).toMatchObject({ status: 200, body: active });
    expect(await reads(yuki)).toBe(200);
    const path = `/staff/assignments/${offer.body.id}`;
    expect((await call(yuki, 'GET', path, {}, accepted)).body).toEqual(accepted.body);
    expect(await listed(yuki, 'status=invited', accepted)).toEqual([]);
    const workplaces = (await call(yuki, 'GET', '/owner/businesses', {}, accepted)).body.items;
    expect(workplaces.map(({ id }: { id: string }) => id)).toEqual([salon.businessId]);
    // Two clicks.
    expect(await answer(yuki, offer, 'accept')).toMatchObject({ status: 200, body: accepted.body });
    expect(await answer(yuki, offer, 'decline')).toMatchObject(refused(409, 'member.invalid_transition'));
  });

  it('is nobody else’s to answer, whatever they are', async () => {
    const [yuki, ken, stranger, chief] = await Promise.all([0, 1, 2, 3].map(() => somebody(api)));
    const [ofYuki] = [await invited(yuki as Person), await invited(ken as Person)];
    await employed(api, salon.owner.token, {
      businessId: salon.businessId,
      userId: (chief as Person).id,
      role: 'owner',
    });
    for (const yesOrNo of ['accept', 'decline'] as const) {
      for (const nobody of [ken, stranger])
        expect(await answer(nobody as Person, ofYuki, yesOrNo)).toMatchObject(refused(404, 'member.not_found'));
      for (const whoMayInvite of [salon.owner, chief, admin])
        expect(await answer(whoMayInvite as Person, ofYuki, yesOrNo)).toMatchObject(refused(403, 'member.not_invited'));
      const path = `/staff/assignments/${newUuid()}/${yesOrNo}`;
      expect(await call(yuki as Person, 'POST', path)).toMatchObject(refused(404, 'member.not_found'));
    }
    expect(await reads(yuki as Person)).toBe(404);
    expect(await answer(yuki as Person, ofYuki, 'accept')).toMatchObject({ status: 200 });
  });

  it('that was withdrawn is not accepted any more, and may be made anew', async () => {
    const yuki = await somebody(api);
    const offer = await invited(yuki);
    expect(await withdraw(offer)).toMatchObject({ status: 200 });
    for (const yesOrNo of ['accept', 'decline'] as const)
      expect(await answer(yuki, offer, yesOrNo)).toMatchObject(refused(409, 'member.invalid_transition'));
    expect(await reads(yuki)).toBe(404);
    const anew = await invited(yuki, { role: 'manager' });
    expect(anew.body).toMatchObject({ id: offer.body.id, status: 'invited', role: 'manager' });
    // They were told of the first one, and may have seen no other.
    expect(await answer(yuki, anew, 'accept')).toMatchObject(refused(409, 'member.invitation_changed'));
    expect(await acceptSeen(yuki, offer)).toMatchObject(refused(412, 'concurrency.conflict'));
    expect(await reads(yuki)).toBe(404);
    expect(await acceptSeen(yuki, anew)).toMatchObject({ body: { status: 'active', role: 'manager' } });
  });

  it('that was declined is over, by whichever way it was, and may be made anew', async () => {
    for (const way of ['decline', 'leave'] as const) {
      const yuki = await somebody(api);
      const offer = await invited(yuki);
      const path = `/staff/assignments/${offer.body.id}`;
      const declined = way === 'leave' ? await call(yuki, 'DELETE', path) : await answer(yuki, offer, 'decline');
      expect(declined.status).toBe(200);
      const shown = await call(salon.owner, 'GET', path, {}, declined);
      expect(shown.body).toMatchObject({ status: 'declined', since: null });
      expect(await answer(yuki, offer, 'accept')).toMatchObject(refused(409, 'member.invalid_transition'));
      expect(await answer(yuki, offer, 'decline')).toMatchObject({ status: 200, body: { status: 'declined' } });
      expect(await call(salon.owner, 'PUT', path, { role: 'manager' })).toMatchObject({ status: 409 });
      const anew = await invited(yuki);
      expect(await answer(yuki, anew, 'accept')).toMatchObject({ status: 200, body: { status: 'active' } });
    }
  });

  it('stands once, and is changed until it is answered', async () => {
    const yuki = await somebody(api);
    const offer = await invited(yuki);
    expect(await invite(yuki)).toMatchObject({ body: { revision: offer.body.revision } });
    expect(await invite(yuki, { role: 'manager' })).toMatchObject(refused(409, 'member.already_assigned'));
    const path = `/staff/assignments/${offer.body.id}`;
    const changed = await must(call(salon.owner, 'PUT', path, { role: 'assistant' }));
    expect(changed.body).toMatchObject({ status: 'invited', role: 'assistant' });
    expect(await reads(yuki)).toBe(404);
    // Who saw the first one does not accept the second one unseen.
    expect(await acceptSeen(yuki, offer)).toMatchObject(refused(412, 'concurrency.conflict'));
    expect(await answer(yuki, offer, 'accept')).toMatchObject(refused(409, 'member.invitation_changed'));
    expect(await acceptSeen(yuki, changed)).toMatchObject({ body: { status: 'active', role: 'assistant' } });
    expect(await answer(yuki, offer, 'accept')).toMatchObject({ body: { status: 'active', role: 'assistant' } });
  });

  it('that is accepted and withdrawn at once leaves nobody in', async () => {
    for (let i = 0; i < 5; i++) {
      const yuki = await somebody(api);
      const offer = await invited(yuki);
      const [accepted, withdrawn] = await Promise.all([answer(yuki, offer, 'accept'), withdraw(offer)]);
      expect(withdrawn.status).toBe(200);
      expect([200, 409]).toContain(accepted.status);
      expect(await reads(yuki)).toBe(404);
    }
  });

  it('to a role keeps the role', async () => {
    const ofRole = `/owner/businesses/${salon.businessId}/roles/host`;
    await must(call(salon.owner, 'PUT', ofRole, { permissions: ['bookings:read'] }));
    const yuki = await somebody(api);
    const offer = await invited(yuki, { role: 'host' });
    await must(call(salon.owner, 'GET', '/staff/assignments', {}, offer));
    const roles = `/owner/businesses/${salon.businessId}/roles`;
    const gone = { items: [] };
    expect(await call(salon.owner, 'PUT', roles, gone)).toMatchObject(refused(409, 'role.in_use'));
    const over = await must(answer(yuki, offer, 'decline'));
    await must(call(salon.owner, 'GET', '/staff/assignments', {}, over));
    expect(await call(salon.owner, 'PUT', roles, gone)).toMatchObject({ status: 200 });
  });

  it('of a business that has closed is not accepted', async () => {
    const [yuki, spa] = [await somebody(api), await anOpenSalon(api, ['09:00', '17:00'])];
    const offer = await must(invite(yuki, {}, spa.owner, spa.businessId));
    await spa.asOwner('DELETE', `/owner/businesses/${spa.businessId}`);
    expect(await answer(yuki, offer, 'accept')).toMatchObject(refused(409, 'business.closed'));
    expect(await answer(yuki, offer, 'decline')).toMatchObject({ status: 200, body: { status: 'declined' } });
  });

  it('waits for who may not sign in, and ends with who is erased', async () => {
    const [yuki, ken] = [await somebody(api), await somebody(api)];
    const [ofYuki, ofKen] = [await invited(yuki), await invited(ken)];
    const disable = (disabled: boolean) => must(call(admin, 'PATCH', `/users/${yuki.id}`, { disabled }));
    await disable(true);
    expect(await answer(yuki, ofYuki, 'accept')).toMatchObject({ status: 401 });
    expect(await invite(yuki, { role: 'manager' })).toMatchObject(refused(422, 'member.unknown_user'));
    await disable(false);
    expect(await answer(yuki, ofYuki, 'accept')).toMatchObject({ status: 200, body: { status: 'active' } });

    const erased = await must(call(admin, 'POST', `/users/${ken.id}/erase`));
    expect(await answer(ken, ofKen, 'accept')).toMatchObject({ status: 401 });
    const left = await call(salon.owner, 'GET', `/staff/assignments/${ofKen.body.id}`, {}, erased);
    expect(left.body).toMatchObject({ status: 'terminated', since: null });
    expect(await invite(ken)).toMatchObject(refused(422, 'member.unknown_user'));
  });
});

it('whoever makes a business, or assigns themselves, is in at once; an admin, too, invites anybody else', async () => {
  const { businessId } = salon;
  expect(await reads(salon.owner)).toBe(200);
  const [boss, yuki] = [await somebody(api, 'admin'), await somebody(api)];
  expect(await invite(boss, {}, boss)).toMatchObject({ status: 201, body: { status: 'active' } });
  expect(await invite(yuki, {}, boss)).toMatchObject({ status: 201, body: { status: 'invited', businessId } });
  expect(await reads(yuki)).toBe(404);
});

describe('a resource', () => {
  const resource = (userId: string) =>
    call(salon.owner, 'POST', '/owner/resources', {
      businessId: salon.businessId,
      kind: 'staff',
      name: 'Yuki',
      userId,
    });

  it('stands for nobody who is neither a member nor invited to be', async () => {
    const yuki = await somebody(api);
    const refusal = { ...refused(422, 'resource.unknown_member'), body: { errors: [{ path: 'userId' }] } };
    expect(await resource(yuki.id)).toMatchObject(refusal);
    const offer = await invited(yuki);
    const { id } = (await must(resource(yuki.id))).body;
    await must(answer(yuki, offer, 'decline'));
    expect(await resource(yuki.id)).toMatchObject(refusal);
    await must(call(salon.owner, 'PUT', `/owner/resources/${id}`, { userId: null }));
    expect(await call(salon.owner, 'PUT', `/owner/resources/${id}`, { userId: yuki.id })).toMatchObject(refusal);
  });

  it('of who is invited is not offered or shown to the public, only to the business, until they accept', async () => {
    const yuki = await somebody(api);
    const offer = await invited(yuki);
    const { id } = (await must(resource(yuki.id))).body;
    await salon.asOwner('PUT', '/staff/working-hours', {
      resourceId: id,
      hours: daily(['00:00', '24:00']).map(({ day, opens, closes }) => ({ day, starts: opens, ends: closes })),
    });
    const made = await salon.asOwner('POST', '/owner/services', {
      businessId: salon.businessId,
      name: 'Cut',
      durationMinutes: 60,
      price: { amount: 8000, currency: 'JPY' },
      requirements: [{ anyOf: [id] }],
    });
    const ids = async (who: Person | undefined, path: string, after: Reply): Promise<string[]> => {
      const reply = await must(api.call('GET', path, { token: who?.token, headers: seen(after) }));
      return reply.body.items.map((one: { id: string }) => one.id);
    };
    const path = `/resources?businessId=${salon.businessId}`;
    const { slug } = (await call(salon.owner, 'GET', `/owner/businesses/${salon.businessId}`)).body;
    const isOpenTo = async (who: Person | undefined, after: Reply) => ({
      listed: (await ids(who, path, after)).includes(id),
      shown: (await api.call('GET', `/resources/${id}`, { token: who?.token, headers: seen(after) })).status === 200,
      published: (await ids(who, `/public/business/${slug}/staff`, after)).includes(id),
      found: (await ids(who, '/search/staff?q=Yuki', after)).includes(id),
      offered: await isOffered(who, made.body.id, after),
    });
    const hidden = { listed: false, shown: false, published: false, found: false, offered: false };
    expect(await isOpenTo(undefined, made)).toEqual(hidden);
    expect(await isOpenTo(salon.owner, made)).toEqual({ ...hidden, listed: true, shown: true });
    const declined = await must(answer(yuki, offer, 'decline'));
    expect(await isOpenTo(undefined, declined)).toEqual(hidden);
    expect(await isOpenTo(salon.owner, declined)).toEqual({ ...hidden, shown: true });
    const accepted = await must(answer(yuki, await invited(yuki), 'accept'));
    expect(await isOpenTo(undefined, accepted)).toEqual({
      listed: true,
      shown: true,
      published: true,
      found: true,
      offered: true,
    });
  });

  async function isOffered(who: Person | undefined, serviceId: string, after: Reply): Promise<boolean> {
    const date = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const query = `businessId=${salon.businessId}&serviceId=${serviceId}&from=${date}&to=${date}`;
    const reply = await must(api.call('GET', `/availability?${query}`, { token: who?.token, headers: seen(after) }));
    return reply.body.slots.length > 0;
  }
});
