import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from './client';
import type { Random } from './random';
import type { Salon } from './salon';

/** The share of commands that are sent without an Idempotency-Key: once, whatever comes of it. */
const WITHOUT_KEY = 0.25;
const PAUSE_MS = { from: 200, to: 600 };
/** None of them is left out by a booking, which only makes customers of leads. */
const STATUSES = ['customer', 'inactive'] as const;

export const keyOrNone = (random: Random): string | undefined =>
  random.next() < WITHOUT_KEY ? undefined : random.uuid();

/** Adds customers, and changes what they are to the business, until it is told to end. */
export async function keepCustomers(
  client: Client,
  { businessId, owner: as }: Salon,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  const kept: { readonly id: string; status: string }[] = [];
  while (!signal.aborted) {
    await as.renew().catch(() => undefined);
    const key = keyOrNone(random);
    if (kept.length < 3 || random.next() < 0.3) {
      const body = { businessId, name: 'Somebody', status: STATUSES[0] };
      const answer = await client.ask({ method: 'POST', path: '/customers', as, key, body });
      if (answer && answer.status < 300) kept.push(JSON.parse(answer.body) as { id: string; status: string });
    } else {
      const customer = random.pick(kept);
      const status = STATUSES.find((other) => other !== customer.status) ?? STATUSES[0];
      const answer = await client.ask({ method: 'PUT', path: `/customers/${customer.id}`, as, key, body: { status } });
      if (answer) customer.status = status;
      else kept.splice(kept.indexOf(customer), 1);
    }
    await wait(random.between(PAUSE_MS.from, PAUSE_MS.to), undefined, { signal }).catch(() => undefined);
  }
}
