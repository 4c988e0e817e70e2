import { Blocks } from '@yoyaku/customers';
import { Commands, systemContext } from '@yoyaku/eventing';
import { instant, MINUTE, plusMs } from '@yoyaku/kernel';
import { Customer } from '../../../libs/customers/src/domain/customer.decider';
import { User } from '../../../libs/identity/src/domain/user.decider';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

/** A block meets the person, whoever they come as. */
let api: ApiUnderTest;
let salon: ABusiness;
let rival: ABusiness;
let hours = 0;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  const admin = await somebody(api, 'admin');
  [salon, rival] = [await aBusiness(api, admin), await aBusiness(api, admin)];
});
afterAll(() => api.stop());

const call = (user: Person, method: Method, path: string, body: object = {}): Promise<Reply> =>
  api.call(method, path, { token: user.token, body });

async function done(user: Person, method: Method, path: string, body?: object): Promise<Reply['body']> {
  const reply = await call(user, method, path, body);
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
  return reply.body;
}

const asOwner = (method: Method, path: string, body?: object, { people: { owner } } = salon) =>
  done(owner, method, path, body);

const record = async (details: object, at = salon): Promise<string> =>
  (await asOwner('POST', '/customers', { businessId: at.things.business, name: 'Taro', ...details }, at)).id;

const emailOf = ({ id }: Person): string => `${id}@example.com`;

/** Each time an hour later. */
const wish = ({ things, start }: ABusiness) => {
  hours += 1;
  return { businessId: things.business, serviceId: things.service, start: plusMs(instant(start), hours * 60 * MINUTE) };
};
const book = (user: Person, at = salon) => call(user, 'POST', '/bookings', wish(at));
const bookFor = (customerId: string, at = salon) =>
  call(at.people.owner, 'POST', '/bookings', { ...wish(at), customerId });

const BLOCKED = { status: 422, body: { code: 'booking.customer_blocked' } };
const WELCOME = { status: 201 };

it('meets a new user and a new record, once the blocked record is erased, until it is lifted', async () => {
  const taro = await somebody(api);
  const blocked = { email: emailOf(taro).toUpperCase(), phone: '+81 (90) 1234-5678', status: 'blocked' };
  await asOwner('POST', `/customers/${await record(blocked)}/erase`);
  expect(await book(taro)).toMatchObject(BLOCKED);
  const again = await record({ phone: '+819012345678' });
  expect(await bookFor(again)).toMatchObject(BLOCKED);
  expect(await bookFor(await record({ phone: '+819012345679' }))).toMatchObject(WELCOME);

  const known = await record({ email: emailOf(taro), phone: '+819012345678', status: 'blocked' });
  await asOwner('PUT', `/customers/${known}`, { status: 'customer' });
  expect(await book(taro)).toMatchObject(WELCOME);
  expect(await bookFor(again)).toMatchObject(WELCOME);
});

it('is one business’s own', async () => {
  const contacts = { phone: '+819000000001' };
  await record({ ...contacts, status: 'blocked' });
  expect(await bookFor(await record(contacts, rival), rival)).toMatchObject(WELCOME);
  expect(await bookFor(await record(contacts))).toMatchObject(BLOCKED);
});

it('keeps what a blocked customer was known by when their contacts change', async () => {
  const customer = await record({ phone: '+819000000002', status: 'blocked' });
  await asOwner('PUT', `/customers/${customer}`, { phone: '+819000000003' });
  expect(await bookFor(await record({ phone: '+819000000002' }))).toMatchObject(BLOCKED);
  expect(await bookFor(await record({ phone: '+819000000003' }))).toMatchObject(BLOCKED);
  await asOwner('PUT', `/customers/${customer}`, { status: 'inactive' });
  expect(await bookFor(await record({ phone: '+819000000002' }))).toMatchObject(WELCOME);
});

it('outlives the erasure of who was blocked by a build that kept no blocklist', async () => {
  const customer = await record({ phone: '+819000000004' });
  const block = { type: 'ChangeCustomer', data: { status: 'blocked' } } as const;
  await api.app.get(Commands).execute(Customer, customer, block, systemContext('spec'));
  await asOwner('POST', `/customers/${customer}/erase`);
  expect(await bookFor(await record({ phone: '+819000000004' }))).toMatchObject(BLOCKED);
});

it('meets a record with the verified address of a user who was blocked', async () => {
  const ken = await somebody(api);
  await api.app.get(Commands).execute(User, ken.id, { type: 'VerifyEmail', data: {} }, systemContext('spec'));
  const { customerId } = (await book(ken)).body;
  await asOwner('PUT', `/customers/${customerId}`, { status: 'blocked' });
  await done(ken, 'POST', `/customers/${customerId}/erase`);
  expect(await bookFor(await record({ email: emailOf(ken) }))).toMatchObject(BLOCKED);
});

it('outlives that the record is taken off the list, and erased after that', async () => {
  const taro = await somebody(api);
  const { customerId } = (await book(taro)).body;
  await asOwner('PUT', `/customers/${customerId}`, { status: 'blocked' });
  await asOwner('DELETE', `/customers/${customerId}`);
  expect(await book(taro)).toMatchObject(BLOCKED);
  await asOwner('POST', `/customers/${customerId}/erase`);
  expect(await book(taro)).toMatchObject(BLOCKED);
});

it('meets whoever is blocked while their booking is on its way, and leaves their time free', async () => {
  const taro = await somebody(api);
  const { customerId } = (await book(taro)).body;
  const when = wish(salon);
  const meetUser = jest.spyOn(Blocks.prototype, 'meetUser').mockImplementation(async () => {
    await asOwner('PUT', `/customers/${customerId}`, { status: 'blocked' });
    return false;
  });
  expect(await call(taro, 'POST', '/bookings', when)).toMatchObject(BLOCKED);
  meetUser.mockRestore();
  expect(await call(await somebody(api), 'POST', '/bookings', when)).toMatchObject(WELCOME);
});

it('ends with what the record says, though a block and its end that were given at once left it on the list', async () => {
  const contacts = { phone: '+819000000005' };
  const customer = await record({ ...contacts, status: 'blocked' });
  expect(await bookFor(await record(contacts))).toMatchObject(BLOCKED);
  const unblock = { type: 'ChangeCustomer', data: { status: 'customer' } } as const;
  await api.app.get(Commands).execute(Customer, customer, unblock, systemContext('spec'));
  expect(await bookFor(customer)).toMatchObject(WELCOME);
  expect(await bookFor(await record(contacts))).toMatchObject(WELCOME);
});

it('does not meet whose address a blocked user wrote into their own profile', async () => {
  const [mallory, vera] = [await somebody(api), await somebody(api)];
  const { customerId } = (await book(mallory)).body;
  await done(mallory, 'PUT', `/customers/${customerId}`, { email: emailOf(vera) });
  await asOwner('PUT', `/customers/${customerId}`, { status: 'blocked' });
  expect(await book(vera)).toMatchObject(WELCOME);
});
