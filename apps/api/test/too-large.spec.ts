import { startEventNode } from '../../event-node/src/event-node';
import { ApiUnderTest } from './api-under-test';

it('says so when what a command leads to is larger than the event store takes at once', async () => {
  const node = await startEventNode({ port: 0, inMemory: true, maxAppendSize: 3_500 });
  const api = await ApiUnderTest.start({ ESDB_URL: node.url });
  const { token } = await api.register();
  const founding = { name: 'Salon', slug: 'salon-of-many-hours', timeZone: 'Asia/Tokyo', currency: 'JPY' };
  const { body: business } = await api.call('POST', '/owner/businesses', { token, body: founding });
  /** So many half hours of opening on each day of the week. */
  const keep = (times: number) => {
    const hours = [1, 2, 3, 4, 5, 6, 7].flatMap((day) =>
      Array.from({ length: times }, (_, i) => {
        const hour = String(i + 8).padStart(2, '0');
        return { day, opens: `${hour}:00`, closes: `${hour}:30` };
      }),
    );
    return api.call('PUT', `/owner/businesses/${business.id}/hours`, { token, body: { hours } });
  };
  expect(await keep(10)).toMatchObject({ status: 413, body: { code: 'request.too_large' } });
  expect(await keep(2)).toMatchObject({ status: 200 });
  await api.stop();
  await node.close();
});
