import type { StoredEvent } from '@yoyaku/eventing';
import { type Client, type Exchange, jsonOf } from './client';
import { openEventStore } from './event-store';
import type { Replayed } from './history';
import type { Installation } from './installation';
import { answersDiffer, availabilityPath } from './load';
import { type Offer, offersOf } from './offers';
import { none } from './report';
import { type Salon, startsOf } from './salon';
import { differences, type Shown, shownOf } from './shown';
import type { World } from './world';

const CALLERS = 16;
/** Of all requests, at most so many may have ended without an answer: else the run says little. */
const BROKEN_SHARE = 1 / 2;

/** All events of that installation. */
export async function readHistory(installation: Installation): Promise<StoredEvent[]> {
  const store = openEventStore(installation);
  try {
    return await Array.fromAsync(store.readAll());
  } finally {
    await store.close();
  }
}

/**
 * Answers that a client may not be given, whatever happens to the processes behind, and those that did not come though
 * nothing was the matter with the process that was asked. `disturbed`: for how long it was, see {@link Disturbances}.
 */
export function unbecoming(
  exchanges: readonly Exchange[],
  disturbed: (origin: string, from: number, to: number) => number | undefined,
): string[] {
  const broken = exchanges.filter(({ status }) => status === null).length;
  const tooMany = broken > BROKEN_SHARE * exchanges.length;
  const findings = exchanges.flatMap(({ request, origin, status, code, retryAfter, sentAt, endedAt }) => {
    const what = `${request} was answered ${status} ${code}`;
    if (status === null) {
      const blamed = disturbed(origin, sentAt, endedAt);
      if (blamed === undefined) return `${request} at ${origin} broke off for no reason`;
      return endedAt - sentAt - blamed > HANGS_MS ? `${request} was not answered` : [];
    }
    if (status === 503) return retryAfter === null ? `${what} without Retry-After` : [];
    return status >= 500 ? what : [];
  });
  return tooMany ? [...findings, `${broken} of ${exchanges.length} requests broke off`] : findings;
}

const HANGS_MS = 19_000;

/** Asks every process again for answers: for all of them, or as many as that, chosen by chance. */
export async function repeatAnswers({ client, random }: World, most: number): Promise<string> {
  const findings: string[] = [];
  const sample = random.shuffled(client.decided.filter(({ command }) => command.key)).slice(0, most);
  const requests = client.origins.flatMap((origin) => sample.map((decided) => ({ origin, ...decided })));
  const work = async () => {
    for (let next = requests.pop(); next; next = requests.pop()) {
      const { command, answer, origin } = next;
      const again = await client.attempt(command, origin);
      const difference = again ? answersDiffer(answer, again) : 'no answer';
      if (difference) findings.push(`${command.method} ${command.path} (${command.key}): ${difference}`);
    }
  };
  const count = requests.length;
  await Promise.all(Array.from({ length: CALLERS }, work));
  none(findings);
  return `${count} answers`;
}

/** The business's list of bookings, page by page, against the events. */
export async function listEqualsFold({ client, salon }: World, { bookings }: Replayed, head: bigint): Promise<string> {
  const listed = new Map<string, Shown>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = `/bookings?businessId=${salon.businessId}&limit=200${cursor && `&cursor=${cursor}`}`;
    const answer = await client.answerTo({ method: 'GET', path, as: salon.owner, minPosition: `${head}` });
    const page = jsonOf<{ items: unknown[]; nextCursor: string | null }>(answer);
    for (const booking of page.items.map(shownOf)) listed.set(booking.id, booking);
    cursor = page.nextCursor;
  }
  none(differences(bookings, listed));
  return `${listed.size} bookings`;
}

export async function availabilityEqualsFold(world: World, { holds }: Replayed, head: bigint): Promise<string> {
  const facts: string[] = [];
  for (const service of [...world.salon.services, world.salon.probe]) {
    const expected = offersOf(service, startsOf(world.salon, service), holds);
    const offered = await offersAt(world.client, world.salon, service.id, head);
    none(offerDifferences(expected, offered).map((difference) => `service ${service.id}: ${difference}`));
    facts.push(`${offered.length} of ${startsOf(world.salon, service).length}`);
  }
  return `slots on offer: ${facts.join(', ')}`;
}

async function offersAt(client: Client, salon: Salon, serviceId: string, head: bigint): Promise<Offer[]> {
  const path = availabilityPath(salon, serviceId);
  const answer = await client.answerTo({ method: 'GET', path, as: salon.owner, minPosition: `${head}` });
  const { slots } = jsonOf<{ slots: { start: string; remaining: number }[] }>(answer);
  return slots.map(({ start, remaining }) => ({ start: Date.parse(start), remaining }));
}

export function offerDifferences(expected: readonly Offer[], offered: readonly Offer[]): string[] {
  const table = (offers: readonly Offer[]) => new Map(offers.map(({ start, remaining }) => [start, remaining]));
  const [mustBe, are] = [table(expected), table(offered)];
  return [...new Set([...mustBe.keys(), ...are.keys()])]
    .filter((start) => mustBe.get(start) !== are.get(start))
    .map((start) => `${new Date(start).toISOString()}: ${are.get(start) ?? 0} offered, ${mustBe.get(start) ?? 0} left`);
}
