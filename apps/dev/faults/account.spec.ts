import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@yoyaku/testing';
import { Account } from './account';

/** Gives a new token each time, or nothing. */
let server: Server;
let isAway = false;
let logins = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url?.endsWith('/login')) logins += 1;
    if (isAway) return response.destroy();
    response.end(JSON.stringify({ accessToken: `token ${logins}` }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  jest.restoreAllMocks();
  server.close();
});

it('renews its token beside whoever uses it, once at a time, again and again until it comes', async () => {
  const account = await Account.register(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'somebody');
  expect([account.token, logins]).toEqual(['token 0', 0]);
  const now = performance.now();
  jest.spyOn(performance, 'now').mockReturnValue(now + 9 * 60_000);
  isAway = true;
  expect([account.token, account.token]).toEqual(['token 0', 'token 0']);
  await until(() => logins === 1);
  isAway = false;
  await until(() => account.token === 'token 2');
  expect([account.token, logins]).toEqual(['token 2', 2]);
});
