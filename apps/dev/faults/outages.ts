import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createPool } from '@yoyaku/postgres';
import { type Answer, type Command, jsonOf } from './client';
import { eventually, PROCESSES, type Strike } from './installation';
import type { Range } from './network-faults';
import { runCli } from './read-models';
import { seconds } from './report';
import { type Shown, shownOf } from './shown';
import { seeOwnBooking, type World } from './world';

const RESTORED_WITHIN_MS = 300_000;
/** Every process is killed once, some of them at a time, at moments of chance. */
export async function killAll({ installation, random }: World, atOnce: Range): Promise<string> {
  const facts: string[] = [];
  const left = random.shuffled(installation.own(PROCESSES, 'kill -9'));
  while (left.length > 0) {
    const names = left.splice(0, random.between(atOnce.from, atOnce.to));
    await pause(random.between(200, 1_200));
    const strikes = await Promise.all(names.map((name) => installation.strike(name)));
    facts.push(...names.map((name, i) => `${name} ${seconds((strikes[i] as Strike).backAfter)}`));
  }
  return `back after: ${facts.join(', ')}`;
}

/** Its files are removed under the running server, which then dies and comes back with nothing. */
export async function wipeNats(world: World): Promise<string> {
  await untilNatsIsUsed(world);
  world.installation.disturbances.hit();
  rmSync(join(world.installation.dataDir, 'nats'), { recursive: true, force: true });
  const removed = await seeOwnBooking(world);
  await world.installation.strike('nats');
  const restarted = await seeOwnBooking(world);
  return `own booking seen after ${seconds(removed.ms)}, and ${seconds(restarted.ms)} after the restart`;
}

/** It keeps its connections and says nothing any more. */
export async function hangNats(world: World): Promise<string> {
  await untilNatsIsUsed(world);
  const thaw = world.installation.freeze('nats');
  try {
    return `own booking seen after ${seconds((await seeOwnBooking(world)).ms)}`;
  } finally {
    thaw();
  }
}

export async function removeNats(world: World): Promise<string> {
  await untilNatsIsUsed(world);
  const giveBack = await world.installation.takeAway('nats');
  const seen: number[] = [];
  try {
    for (let i = 0; i < 3; i++) seen.push((await seeOwnBooking(world)).ms);
  } finally {
    await giveBack();
  }
  seen.push((await seeOwnBooking(world)).ms);
  return `own bookings seen after ${seen.map(seconds).join(', ')}, the last one with NATS back`;
}

/** Nothing is left of the read models and of the engine's own records: the next start of a projector makes them anew. */
export async function dropReadModels(world: World): Promise<string> {
  const { booked } = await seeOwnBooking(world);
  await dropSchemas(world, '^(read|projecting)$|_g[0-9]+$');
  const began = performance.now();
  await eventually(() => isShown(world, booked), RESTORED_WITHIN_MS);
  const after = seconds(performance.now() - began);
  await seeOwnBooking(world);
  return `back by themselves after ${after}`;
}

/** The engine knows of its read models, but their tables are gone: an operator brings them back. */
export async function restoreReadModels(world: World): Promise<string> {
  const { booked } = await seeOwnBooking(world);
  await dropSchemas(world, '^read$|_g[0-9]+$');
  const began = performance.now();
  await runCli(world.installation, 'projections', 'rebuild', '--all');
  const after = seconds(performance.now() - began);
  await isShown(world, booked);
  await seeOwnBooking(world);
  return `back after ${after}`;
}

async function isShown({ client, probe }: World, { id }: Shown): Promise<void> {
  const answer = await client.attempt({ method: 'GET', path: `/bookings/${id}`, as: probe.customer });
  assert.equal(answer?.status, 200, `GET /bookings/… answers ${answer?.status} ${answer?.body}`);
}

export async function removePostgres(world: World): Promise<string> {
  const giveBack = await world.installation.takeAway('postgres');
  let refusal: string;
  let command: Command;
  try {
    await saysUnready(world, 'postgres');
    [command, refusal] = await refused(world);
  } finally {
    await giveBack();
  }
  shownOf(jsonOf(await world.client.decide(command)));
  return refusal;
}

/**
 * Queries go on for everybody whose rights the process knows already: they cannot change meanwhile. What is known counts
 * for some seconds, so they are asked first.
 */
export async function removeEventStore(world: World): Promise<string> {
  const { client, salon, probe } = world;
  const { booked } = await seeOwnBooking(world);
  const paths = [`/bookings/${booked.id}`, '/bookings', `/services?businessId=${salon.businessId}`];
  const query = async () => {
    for (const [path, origin] of paths.flatMap((path) => client.origins.map((origin) => [path, origin] as const))) {
      const answer = await client.attempt({ method: 'GET', path, as: probe.customer }, origin);
      assert.equal(answer?.status, 200, `GET ${path} answers ${answer?.status} ${answer?.body}`);
    }
  };
  await eventually(query);
  const giveBack = await takeEventStoreAway(world);
  let refusal: string;
  let command: Command;
  try {
    await query();
    await saysUnready(world, 'eventStore');
    [command, refusal] = await refused(world);
  } finally {
    await giveBack();
  }
  shownOf(jsonOf(await client.decide(command)));
  return `${refusal}; queries go on`;
}

/** Until the function returned is called. One that was given goes on, but no process reaches it. */
async function takeEventStoreAway({ installation, network }: World): Promise<() => Promise<void>> {
  if (!installation.isGiven('event-node')) return installation.takeAway('event-node');
  installation.disturbances.hit();
  return network.takeAway('event-node');
}

/** Nobody watches over the processes any more; a new start takes over what is left of the old one. */
export async function killSupervisor(world: World): Promise<string> {
  const { booked } = await seeOwnBooking(world);
  await world.installation.killSupervisor();
  const took = await world.installation.start();
  const { status } = await world.client.answerTo({
    method: 'GET',
    path: `/bookings/${booked.id}`,
    as: world.probe.customer,
  });
  assert.equal(status, 200);
  await seeOwnBooking(world);
  return `ready again after ${seconds(took)}`;
}

const untilNatsIsUsed = ({ installation }: World): Promise<void> =>
  eventually(async () => assert(installation.usesNats, 'events do not come over NATS'));

/** Every api process says that it is not ready, and for want of what. */
async function saysUnready({ client }: World, missing: string): Promise<void> {
  for (const origin of client.origins) {
    await eventually(async () => {
      const { status, checks } = await healthOf(origin);
      assert.equal(status, 503, `${origin}/health/ready answers ${status}`);
      assert.equal(checks[missing]?.status, 'down', `${origin}/health/ready shows ${JSON.stringify(checks)}`);
    }, 5_000);
    const live = await fetch(`${origin}/health/live`);
    assert(live.ok, `${origin}/health/live answers ${live.status}`);
  }
}

async function healthOf(origin: string) {
  const response = await fetch(`${origin}/health/ready`);
  const { checks } = (await response.json()) as { checks: Record<string, { status: string }> };
  return { status: response.status, checks };
}

/** A command at each api process, which must say to come again; the last of them, and what was said. */
async function refused({ client, probe }: World): Promise<[Command, string]> {
  const command = probe.booking();
  let facts = '';
  for (const origin of client.origins) {
    const began = performance.now();
    const answer: Answer | undefined = await client.attempt(command, origin);
    assert.equal(answer?.status, 503, `${origin} answers ${answer?.status} ${answer?.body}`);
    assert(answer.headers.get('retry-after'), `${origin} answers 503 without Retry-After`);
    facts = `503 ${(JSON.parse(answer.body) as { code: string }).code} after ${seconds(performance.now() - began)}`;
  }
  return [command, facts];
}

async function dropSchemas({ installation }: World, pattern: string): Promise<void> {
  installation.disturbances.hit();
  const pool = createPool(installation.environment.DATABASE_URL ?? '', { max: 1 });
  try {
    const { rows } = await pool.query<{ name: string }>(
      'select quote_ident(nspname) as name from pg_namespace where nspname ~ $1',
      [pattern],
    );
    assert(rows.length > 2, 'there are no read models to drop');
    for (const { name } of rows) await eventually(() => pool.query(`drop schema if exists ${name} cascade`));
  } finally {
    await pool.end();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
