import { aggregates, projectionsAndReactions } from '@yoyaku/composition';
import { EventStoreDb } from '@yoyaku/eventing';
import { type Instant, localDate, newUuid, now, plusDays } from '@yoyaku/kernel';
import { Outbox } from '@yoyaku/notifications';
import { until } from '@yoyaku/testing';
import { pino } from 'pino';
import { type ProjectorProcess, startProjector } from '../../projector/src/projector-process';
import { type ReactorProcess, startReactor } from '../../reactor/src/reactor-process';
import { must, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

/** What a business learns of the private time of its people, and when: only once they have agreed to be that. */
const logger = pino({ level: 'silent' });
const rhythm = { everyMs: 50, graceMs: 30_000 };
let api: ApiUnderTest;
let projector: ProjectorProcess;
let reactor: ReactorProcess;
let admin: Person;
let owner: Person;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  projector = await startProjector({ ...api.config, aggregates, projections: projectionsAndReactions, logger });
  reactor = await startReactor(api.config, logger, rhythm);
  [admin, owner] = [await somebody(api, 'admin'), await somebody(api)];
}, 60_000);
afterAll(async () => {
  await reactor.stop();
  await projector.stop();
  await api.stop();
});

const call = ({ token }: Person, method: Method, path: string, body: object = {}, headers = {}): Promise<Reply> =>
  api.call(method, path, { token, headers, ...(method !== 'GET' && { body }) });
const asOwner = async (method: Method, path: string, body: object = {}) =>
  (await must(call(owner, method, path, body))).body;

const date = plusDays(localDate(now(), 'UTC'), 5);
const at = (hour: number): Instant => `${date}T${String(hour).padStart(2, '0')}:00:00Z` as Instant;
const plan = (who: Person, hour: number) =>
  must(call(who, 'POST', '/appointments', { title: 'Secret', start: at(hour), end: at(hour + 1) }));

/** Nobody has looked at it yet. */
const newBusiness = async (): Promise<string> => {
  const founding = { name: 'Salon', slug: `salon-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' };
  return (await asOwner('POST', '/owner/businesses', founding)).id;
};
const resourceOf = async (businessId: string, userId: string): Promise<string> =>
  (await asOwner('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki', userId })).id;
const invite = async (businessId: string, { id: userId }: Person): Promise<string> =>
  (await asOwner('POST', '/staff/assignments', { businessId, userId, role: 'staff' })).id;
const accept = (who: Person, id: string) => must(call(who, 'POST', `/staff/assignments/${id}/accept`));

/** When the resource is blocked, as its owner is shown. */
async function blocked(resourceId: string): Promise<string[]> {
  const headers = { 'x-min-position': String(await api.app.get(EventStoreDb).head()), prefer: 'wait=10' };
  const { body } = await must(call(owner, 'GET', `/resources/${resourceId}/blocks`, {}, headers));
  return body.items.map(({ start }: { start: string }) => start).sort();
}
const untilBlocked = (resourceId: string, ...hours: number[]) =>
  until(async () => JSON.stringify(await blocked(resourceId)) === JSON.stringify(hours.map(at)), 20_000);

it('of a stranger whom it names, a business learns nothing; of who accepts, when they have plans of their own', async () => {
  const yuki = await somebody(api);
  await plan(yuki, 9);
  const businessId = await newBusiness();
  const naming = { businessId, kind: 'staff', name: 'Yuki', userId: yuki.id };
  expect(await call(owner, 'POST', '/owner/resources', naming)).toMatchObject({
    status: 422,
    body: { code: 'resource.unknown_member' },
  });
  const offer = await invite(businessId, yuki);
  const theirs = await resourceOf(businessId, yuki.id);
  await plan(yuki, 11);
  // The owner's own time is blocked in the meantime: what led to jobs before has been done by then, or goes by what is so.
  const own = await resourceOf(businessId, owner.id);
  await plan(owner, 15);
  await untilBlocked(own, 15);
  expect(await blocked(theirs)).toEqual([]);

  const accepted = BigInt((await accept(yuki, offer)).headers['x-event-position'] as string);
  await untilBlocked(theirs, 9, 11);
  const calendar = await Array.fromAsync(api.app.get(EventStoreDb).readStream(`calendar-${theirs}`));
  expect(calendar.map(({ position }) => position > accepted)).toEqual([true, true]);
  expect(JSON.stringify(calendar.map(({ data }) => data))).not.toContain('Secret');

  await must(call(yuki, 'DELETE', `/staff/assignments/${offer}`));
  await untilBlocked(theirs);
  expect(await invite(businessId, yuki)).toBe(offer);
  await plan(yuki, 13);
  await plan(owner, 17);
  await untilBlocked(own, 15, 17);
  expect(await blocked(theirs)).toEqual([]);
  await must(call(yuki, 'POST', `/staff/assignments/${offer}/decline`));
  expect(await blocked(theirs)).toEqual([]);
}, 120_000);

it('a business that was turned down, or has closed, blocks nobody’s time', async () => {
  const yuki = await somebody(api);
  const businessId = await newBusiness();
  const offer = await invite(businessId, yuki);
  const theirs = await resourceOf(businessId, yuki.id);
  await accept(yuki, offer);
  await plan(yuki, 9);
  await untilBlocked(theirs, 9);
  await must(call(admin, 'POST', `/admin/businesses/${businessId}/reject`, { reason: 'No address' }));
  await untilBlocked(theirs);
  await asOwner('POST', `/owner/businesses/${businessId}/resubmit`);
  await untilBlocked(theirs, 9);
  await must(call(admin, 'POST', `/admin/businesses/${businessId}/reject`, { reason: 'No address' }));
  await untilBlocked(theirs);
  await must(call(admin, 'POST', `/admin/businesses/${businessId}/approve`));
  await untilBlocked(theirs, 9);
  await asOwner('DELETE', `/owner/businesses/${businessId}`);
  await untilBlocked(theirs);
}, 120_000);

it('who is invited is told so, with what to accept; by mail only of a business that was approved', async () => {
  const businessId = await newBusiness();
  const told = async (who: Person) =>
    (await call(who, 'GET', '/notifications')).body.items.filter(({ type }: { type: string }) => type === 'invitation');
  const invitationOf = async (who: Person) => {
    const assignmentId = await invite(businessId, who);
    await until(async () => (await told(who)).length > 0, 20_000);
    return { assignmentId, items: await told(who) };
  };
  const facts = { businessName: 'Salon', role: 'staff' };
  const title = 'Salon invites you to its team';
  const [yuki, ken] = [await somebody(api), await somebody(api)];
  const { assignmentId, items } = await invitationOf(yuki);
  expect(items).toMatchObject([{ type: 'invitation', title, metadata: { ...facts, assignmentId }, email: null }]);

  await must(call(admin, 'POST', `/admin/businesses/${businessId}/approve`));
  const mailed = async ({ id }: Person) =>
    (await api.app.get(Outbox).newest(200, `${id}@example.com`)).filter(({ kind }) => kind === 'invitation');
  const second = await invitationOf(ken);
  expect(second.items).toMatchObject([{ metadata: { assignmentId: second.assignmentId } }]);
  await until(async () => (await mailed(ken)).length > 0, 20_000);
  expect(await mailed(ken)).toMatchObject([{ subject: title }]);
  expect(await mailed(yuki)).toEqual([]);
  // However often it is withdrawn and made again.
  for (let i = 0; i < 3; i++) {
    await asOwner('DELETE', `/staff/assignments/${second.assignmentId}`);
    await invite(businessId, ken);
  }
  // Accepting it is no news to who does so.
  await accept(ken, second.assignmentId);
  // What happened before it has been worked off by the time that somebody else is told.
  await invitationOf(await somebody(api));
  expect(await told(ken)).toHaveLength(1);
  expect(await mailed(ken)).toHaveLength(1);
}, 120_000);
