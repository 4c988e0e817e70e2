import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '@yoyaku/simulation';
import type { Account } from './account';
import { type Answer, type Client, keyOrNone, type Request, type Wanted } from './client';
import type { OfferedService } from './offers';
import { Office } from './office';
import { type Salon, startsOf } from './salon';
import { type Shown, shownOf } from './shown';

/** Each keeps about this many bookings, so that the salon is well filled and slots are fought for. */
const WANTED_BOOKINGS = 14;
const PAUSE_MS = { from: 40, to: 240 };
const CLERKS = 3;

/**
 * Customers who book, move and cancel, each on their own connection and with bookings of their own, through whatever
 * happens, and the business's own people. An answer that did not come is asked for again with the same key. Every now
 * and then they repeat a command that was answered, at another process, and look for what they were just told.
 */
export class Load {
  /** Repeated commands that were not answered as the first time. */
  readonly violations: string[] = [];
  /** Commands whose repeated answer was compared. */
  repeats = 0;
  private readonly stopping = new AbortController();
  private readonly working: Promise<void>;

  constructor(
    private readonly client: Client,
    private readonly salon: Salon,
    customers: readonly Account[],
    random: Random,
  ) {
    const owns = customers.map(() => new Map<string, Shown>());
    const office = new Office(client, salon, () => owns.flatMap((own) => [...own.values()]));
    const clerks = Array.from({ length: CLERKS }, () => office.work(random.fork(), this.stopping.signal));
    const working = customers.map((customer, i) => this.work(customer, owns[i] ?? new Map(), random.fork()));
    this.working = Promise.all([...clerks, ...working]).then(() => undefined);
    this.working.catch(() => undefined);
  }

  /** Lets everyone finish what they asked for. Rejects when something was never decided. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.working;
  }

  private async work(customer: Account, own: Map<string, Shown>, random: Random): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const command = this.nextCommand(customer, [...own.values()], random);
      const answer = await this.client.ask(command);
      // Nobody knows, or the business has changed it meanwhile: what stands is found again.
      if (!answer || answer.status === 422) own.delete(command.path.split('/')[2] ?? '');
      if (answer && answer.status < 300) {
        const booking = shownOf(JSON.parse(answer.body));
        if (booking.status === 'cancelled') own.delete(booking.id);
        else own.set(booking.id, booking);
        const position = answer.headers.get('x-event-position');
        if (position && random.next() < 0.3) await this.client.lookUp(booking.id, position, customer);
      }
      if (answer && command.key && random.next() < 0.2) await this.repeat(command, answer, random);
      if (random.next() < 0.1) await this.search(customer, random);
      if (random.next() < 0.05) await this.find(customer, own);
      await wait(random.between(PAUSE_MS.from, PAUSE_MS.to), undefined, { signal }).catch(() => undefined);
    }
  }

  private nextCommand(as: Account, own: readonly Shown[], random: Random): Wanted {
    const key = keyOrNone(random);
    const chance = random.next() * WANTED_BOOKINGS * 2;
    if (own.length === 0 || chance > own.length + 6) {
      const { businessId, services } = this.salon;
      const service = random.pick(services);
      const partySize = service.capacity > 1 ? random.between(1, 3) : 1;
      const start = this.timeFor(service, random);
      // Without a key it would be the booking that stands, if they have it already.
      const body = { businessId, serviceId: service.id, start, partySize, another: true };
      return { method: 'POST', path: '/bookings', as, key, body };
    }
    const { id, serviceId, start } = random.pick(own);
    const service = this.salon.services.find((offered) => offered.id === serviceId);
    if (!service || random.next() < 0.4) {
      return { method: 'DELETE', path: `/bookings/${id}/cancel`, as, key, body: { reason: 'load' } };
    }
    const body = { start: this.timeFor(service, random, start) };
    return { method: 'POST', path: `/bookings/${id}/reschedule`, as, key, body };
  }

  private timeFor(service: OfferedService, random: Random, otherThan?: string): string {
    const starts = startsOf(this.salon, service).filter((start) => start !== Date.parse(otherThan ?? ''));
    return new Date(random.pick(starts)).toISOString();
  }

  /** Takes up bookings of which nobody knew what became of them, so that they do not fill the salon for ever. */
  private async find(as: Account, own: Map<string, Shown>): Promise<void> {
    const answer = await this.client.attempt({ method: 'GET', path: '/bookings?status=confirmed&limit=50', as });
    if (answer?.status !== 200) return;
    const { items } = JSON.parse(answer.body) as { items: unknown[] };
    for (const booking of items.map(shownOf)) own.set(booking.id, booking);
  }

  private async repeat(command: Request, first: Answer, random: Random): Promise<void> {
    const again = await this.client.attempt(command, random.pick(this.client.origins));
    if (!again || again.status === 503) return;
    this.repeats += 1;
    const difference = answersDiffer(first, again);
    if (difference) this.violations.push(`${command.method} ${command.path} repeated: ${difference}`);
  }

  private async search(as: Account, random: Random): Promise<void> {
    const service = random.pick(this.salon.services);
    await this.client.attempt({ method: 'GET', path: availabilityPath(this.salon, service.id), as });
    await this.client.attempt({ method: 'GET', path: '/bookings?limit=20', as });
  }
}

export const availabilityPath = ({ businessId, dates }: Salon, serviceId: string): string =>
  `/availability?businessId=${businessId}&serviceId=${serviceId}&from=${dates[0]}&to=${dates.at(-1)}`;

const KEPT_HEADERS = ['content-type', 'etag', 'location', 'x-event-position'];

/** In what a repeated command's answer is not the first one, byte for byte; undefined when it is. */
export function answersDiffer(first: Answer, again: Answer): string | undefined {
  if (first.status !== again.status) return `${again.status} ${again.body} after ${first.status} ${first.body}`;
  if (first.body !== again.body) return `${again.body} after ${first.body}`;
  const header = KEPT_HEADERS.find((name) => first.headers.get(name) !== again.headers.get(name));
  return header && `${header} ${again.headers.get(header)} after ${first.headers.get(header)}`;
}
