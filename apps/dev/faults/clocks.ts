import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { CLOCK_FILE, clockEnvironment } from '../src/clock';
import { eventually, type Installation, type ProcessName } from './installation';
import { seconds } from './report';
import { seeOwnBooking, type World } from './world';

const HOUR = 3_600_000;
/**
 * How far clocks go astray, ms. Appends tell the event store a moment after which they are not wanted, ten seconds
 * from when they are sent: those who append, and the store, must agree on the time better than that.
 */
const ASTRAY: Readonly<Partial<Record<ProcessName, number>>> = {
  api: 4_000,
  'api-2': 4_000,
  'event-node': 4_000,
  projector: HOUR,
  reactor: HOUR,
};
const TOLERANCE_MS = 2_000;

/** The clock of one process after the other jumps forth, back by twice as much, and to what it should be. */
export async function jumpClocks(world: World): Promise<string> {
  const { installation, random } = world;
  const facts: string[] = [];
  const names = installation.own(Object.keys(ASTRAY) as ProcessName[], 'a clock astray');
  for (const name of random.shuffled(names)) {
    const astray = ASTRAY[name] ?? 0;
    const seen: number[] = [];
    for (const offset of [astray, -astray, 0]) {
      jump(installation, name, offset);
      if (name.startsWith('api')) await goesBy(world, name, offset);
      seen.push((await seeOwnBooking(world)).ms);
    }
    facts.push(`${name} ±${seconds(astray)} ${seconds(Math.max(...seen))}`);
  }
  return `own bookings seen within: ${facts.join(', ')}`;
}

function jump(installation: Installation, name: ProcessName, offsetMs: number): void {
  const { [CLOCK_FILE]: file = '' } = clockEnvironment(installation.folder);
  writeFileSync(file, `${offsetMs}`);
  installation.disturbances.hit();
  process.kill(installation.pid(name), 'SIGUSR2');
}

/** Waits until that process of the api tells the time by that clock. */
async function goesBy({ client: { origins } }: World, name: ProcessName, offsetMs: number): Promise<void> {
  const origin = origins[name === 'api' ? 0 : 1] ?? '';
  await eventually(async () => {
    const { timestamp } = (await (await fetch(`${origin}/health/ready`)).json()) as { timestamp: string };
    const aheadMs = Date.parse(timestamp) - Date.now();
    assert(Math.abs(aheadMs - offsetMs) < TOLERANCE_MS, `${name} goes ${seconds(aheadMs)} ahead`);
  });
}
