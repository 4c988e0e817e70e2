import { once } from 'node:events';
import { pino } from 'pino';
import { createApi } from '../src/create-api';
import { ApiUnderTest, PASSWORD } from './api-under-test';

it('answers what was asked before it stops, and waits for no connection that is kept alive', async () => {
  const api = await ApiUnderTest.start();
  try {
    const stopping = await createApi(api.config, pino({ level: 'silent' }));
    await stopping.listen(0, '127.0.0.1');
    const url = await stopping.getUrl();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'Ann', email: 'ann@example.com', password: PASSWORD });
    const arrived = once(stopping.getHttpServer(), 'request');
    const asked = fetch(`${url}/api/v1/auth/register`, { method: 'POST', headers, body });
    await arrived;
    const started = performance.now();
    const stopped = stopping.close();
    const answer = await asked;
    expect(answer.status).toBe(201);
    expect(answer.headers.get('connection')).toBe('close');
    await answer.json();
    await stopped;
    expect(performance.now() - started).toBeLessThan(10_000);
  } finally {
    await api.stop();
  }
});
