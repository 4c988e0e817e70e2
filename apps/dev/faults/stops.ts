import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { isUnderWay } from './client';
import { APIS, type ProcessName } from './installation';
import { seconds } from './report';
import type { World } from './world';

const DRAINED_WITHIN_MS = 10_000;
/** Requests sent this long before a signal have surely reached the process, also where this one is short of time. */
const ON_THE_WAY_MS = 250;
/** What the api asks of PostgreSQL then takes longer than that: there and back. */
const SLOW_MS = 200;
/** So many ask at once, so that something is under way. */
const CROWD = 6;
type Api = (typeof APIS)[number];

/** Who is stopped at once; one process of the api goes on. */
const GROUPS: readonly (readonly ProcessName[])[] = [
  ['api', 'projector'],
  ['api-2', 'reactor'],
  ['event-node', 'nats', 'postgres'],
];

/** Each process is asked to stop while requests are under way, and is started again. */
export async function stopEach(world: World): Promise<string> {
  const facts: string[] = [];
  for (const group of GROUPS) {
    const names = world.installation.own(group, 'SIGTERM');
    const api = APIS.find((name) => names.some((other) => other === name));
    const settle = api && (await keepBusy(world, api));
    const signalled = performance.now();
    const stopped = await Promise.all(names.map((name) => stop(world, name)));
    await settle?.();
    for (const { name, goneAfter, back } of stopped) {
      assert(goneAfter <= DRAINED_WITHIN_MS, `${name} took ${seconds(goneAfter)}`);
      facts.push(
        `${name} ${seconds(goneAfter)}${name === api ? ` (${drained(world, api, signalled)} under way)` : ''}`,
      );
      await back;
    }
  }
  return `gone after: ${facts.join(', ')}`;
}

async function stop({ installation }: World, name: ProcessName) {
  const began = performance.now();
  const { back } = await installation.kill(name, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
  return { name, back, goneAfter: performance.now() - began };
}

/** Gives that process requests that it cannot have answered yet; until the function returned is called. */
async function keepBusy({ client, network, probe }: World, api: Api): Promise<() => Promise<void>> {
  const link = network.links.find(({ from, to }) => from === api && to === 'postgres');
  const origin = client.origins[APIS.indexOf(api)];
  link?.proxy.slow(SLOW_MS);
  const ask = () => client.attempt({ method: 'GET', path: '/bookings?limit=20', as: probe.customer }, origin);
  const crowd = Array.from({ length: CROWD }, ask);
  await wait(1.2 * ON_THE_WAY_MS);
  return async () => {
    link?.proxy.mend();
    await Promise.all(crowd);
  };
}

/** How many requests had surely reached that process before the signal. Throws unless all of them were answered. */
function drained({ client }: World, api: Api, signalled: number): number {
  const origin = client.origins[APIS.indexOf(api)];
  const underWay = client.exchanges.filter(
    (exchange) =>
      exchange.origin === origin && exchange.sentAt < signalled - ON_THE_WAY_MS && isUnderWay(exchange, signalled),
  );
  assert(underWay.length > 0, `${api} had nothing under way`);
  const cut = underWay.filter(({ status }) => status === null);
  assert.equal(cut.length, 0, `${api} left ${cut.length} requests unanswered: ${cut[0]?.request}`);
  return underWay.length;
}
