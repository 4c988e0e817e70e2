import type { Config } from '@yoyaku/composition';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../conventions';
import { Connections } from './connections';

const from = (userId: string, ip = '192.0.2.1') => ({ principal: { userId }, ip }) as unknown as FastifyRequest;
const connections = new Connections({ rateLimit: true } as Config);

it('gives a user ten places, and the place of who leaves to the next', () => {
  const leaving = new AbortController();
  const { signal } = new AbortController();
  connections.admit(from('ann'), leaving.signal);
  for (let i = 0; i < 9; i++) connections.admit(from('ann'), signal);
  const refused = new AbortController();
  expect(() => connections.admit(from('ann'), refused.signal)).toThrow(Problem);
  refused.abort();
  connections.admit(from('ben'), signal);
  leaving.abort();
  connections.admit(from('ann'), signal);
});

it('gives an address two hundred', () => {
  const { signal } = new AbortController();
  for (let i = 0; i < 200; i++) connections.admit(from(`user ${i}`, '192.0.2.2'), signal);
  expect(() => connections.admit(from('ann', '192.0.2.2'), signal)).toThrow('live.too_many');
  connections.admit(from('carl', '192.0.2.3'), signal);
});

describe('who does not read', () => {
  async function* endless() {
    for (let i = 0; ; i++) yield i;
  }
  const aRequest = () => {
    const cut = Promise.withResolvers<void>();
    const request = { raw: { socket: { destroy: () => cut.resolve() } } } as unknown as FastifyRequest;
    return { request, isCut: cut.promise };
  };

  it('is cut off, and no message is made for them meanwhile', async () => {
    const { request, isCut } = aRequest();
    const messages = connections.read(endless(), request, new AbortController().signal, { message: 5, rest: 5 });
    expect(await messages.next()).toEqual({ value: 0, done: false });
    await isCut;
  });

  it('is cut off when the stream has ended', async () => {
    const { request, isCut } = aRequest();
    const ending = new AbortController();
    const messages = connections.read(endless(), request, ending.signal, { message: 60_000, rest: 5 });
    await messages.next();
    ending.abort();
    await isCut;
    await messages.return(undefined);
  });
});
