import { CreateBusiness } from '@yoyaku/business';
import { Commands, EventStoreUnavailable } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { anOpenSalon, must, somebody } from './a-business';
import { ApiUnderTest, PASSWORD, type Reply } from './api-under-test';

let api: ApiUnderTest;

beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(() => api.stop());

const seen = (reply: Reply) => ({ 'x-min-position': reply.headers['x-event-position'] as string });
const refusing = (status: number, code: string) => ({ status, body: { code } });

const founding = (business: object = {}, owner: object = {}) => ({
  owner: { name: 'Mika', email: `${newUuid()}@example.com`, password: PASSWORD, ...owner },
  business: { name: 'Salon Mika', slug: `mika-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY', ...business },
});
const register = (body: object) => api.call('POST', '/auth/register-business', { body });

it('an owner and a business are made in one call, and once', async () => {
  const asked = founding();
  const made = await register(asked);
  expect(made).toMatchObject({
    status: 201,
    body: { user: { email: asked.owner.email, role: 'user' }, business: { status: 'pending_review' } },
  });
  const { business, user, accessToken } = made.body;
  expect(business.ownerId).toBe(user.id);
  const path = `/owner/businesses/${business.id}`;
  expect(made.headers.location).toBe(`/api/v1${path}`);
  expect((await api.call('GET', path, { token: accessToken, headers: seen(made) })).body).toEqual(business);

  const again = await register(asked);
  expect(again).toMatchObject({ status: 201, body: { business, user } });
  const wrong = { ...asked, owner: { ...asked.owner, password: 'another password of mine' } };
  expect(await register(wrong)).toMatchObject(refusing(409, 'identity.email_taken'));
});

it('what would refuse the business leaves no account', async () => {
  const { body } = await register(founding());
  for (const [business, status, code] of [
    [{ slug: body.business.slug }, 409, 'business.slug_taken'],
    [{ slug: 'admin' }, 422, 'business.slug_reserved'],
    [{ verticalId: newUuid() }, 422, 'business.unknown_vertical'],
    [{ currency: 'XXY' }, 400, 'request.invalid'],
  ] as const) {
    const asked = founding(business);
    expect(await register(asked)).toMatchObject({ status, body: { code } });
    const { email, password } = asked.owner;
    expect(await api.call('POST', '/auth/login', { body: { email, password } })).toMatchObject({ status: 401 });
  }
});

it('one that broke off half-way goes on when it is asked again, also with another slug', async () => {
  const asked = founding();
  const send = Commands.prototype.send;
  const dying = jest.spyOn(Commands.prototype, 'send').mockImplementation(function (this: Commands, command) {
    if (command instanceof CreateBusiness) throw new EventStoreUnavailable(new Error('It died'));
    return send.call(this, command);
  });
  expect((await register(asked)).status).toBe(503);
  dying.mockRestore();
  const went = await register(asked);
  expect(went).toMatchObject({ status: 201, body: { business: { slug: asked.business.slug } } });
  const other = { ...asked, business: { ...asked.business, slug: `mika-${newUuid()}` } };
  const second = await register(other);
  expect(second).toMatchObject({ status: 201, body: { user: { id: went.body.user.id } } });
});

it('verticals are kept by admins, named by businesses, and not removed beneath them', async () => {
  const [{ token }, stranger] = [await api.admin(), await somebody(api)];
  const added = await api.call('POST', '/admin/verticals', { token, body: { name: 'Hair salons' } });
  expect(added).toMatchObject({ status: 201, body: { name: 'Hair salons', description: null } });
  const { id } = added.body;
  const asStranger = await api.call('POST', '/admin/verticals', { token: stranger.token, body: { name: 'Nails' } });
  expect(asStranger).toMatchObject(refusing(403, 'access.forbidden'));
  const one = `/admin/verticals/${id}`;
  const changed = await api.call('PUT', one, { token, body: { description: 'And beards' } });
  expect((await api.call('GET', `/verticals/${id}`, { headers: seen(changed) })).body).toEqual(changed.body);
  expect((await api.call('GET', '/verticals', { headers: seen(changed) })).body.items).toEqual([changed.body]);

  const { businessId, asOwner } = await anOpenSalon(api, ['09:00', '18:00']);
  const named = await must(asOwner('PUT', `/owner/businesses/${businessId}`, { verticalId: id }));
  const listed = await api.call('GET', `/businesses?verticalId=${id}`, { headers: seen(named) });
  expect(listed.body.items.map((business: { id: string }) => business.id)).toEqual([businessId]);
  expect(await api.call('DELETE', one, { token })).toMatchObject(refusing(409, 'vertical.in_use'));
  const left = await must(asOwner('PUT', `/owner/businesses/${businessId}`, { verticalId: null }));
  await api.call('GET', `/businesses/${businessId}`, { headers: seen(left) });
  const gone = await must(api.call('DELETE', one, { token }));
  expect(await api.call('GET', `/verticals/${id}`, { headers: seen(gone) })).toMatchObject({ status: 404 });
  const unknown = await api.call('POST', '/owner/businesses', {
    token: stranger.token,
    body: { ...founding().business, verticalId: id },
  });
  expect(unknown).toMatchObject(refusing(422, 'business.unknown_vertical'));
});

it('admins see how the platform fares', async () => {
  const { token } = await api.admin();
  const { businessId } = await anOpenSalon(api, ['09:00', '18:00']);
  const body = { state: 'past_due' };
  const set = await must(api.call('PUT', `/admin/businesses/${businessId}/subscription`, { token, body }));
  const path = '/admin/statistics?days=7';
  const { body: told } = await api.call('GET', path, { token, headers: seen(set) });
  expect(told).toMatchObject({ subscriptions: { past_due: 1 }, bookings: {}, captured: [] });
  expect(told.businesses.approved).toBeGreaterThanOrEqual(1);
  expect(told.users).toBeGreaterThanOrEqual(2);
  expect(await api.call('GET', path, { token: (await somebody(api)).token })).toMatchObject({ status: 403 });
  expect(await api.call('GET', '/admin/statistics?days=0', { token })).toMatchObject({ status: 400 });
});
