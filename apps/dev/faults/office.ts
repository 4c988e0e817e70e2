import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '@yoyaku/simulation';
import { type Client, jsonOf, keyOrNone, type Request } from './client';
import { OPENING_HOURS, type Salon, startsOf } from './salon';
import type { Shown } from './shown';

const PAUSE_MS = { from: 150, to: 500 };
const QUARTER = 15 * 60_000;
const MOST_CUSTOMERS = 12;
const MOST_BLOCKS = 4;
/** Bookings that were served keep their time: only so many, or the salon would fill up for good. */
const MOST_SERVED = 16;
/** None of them is left out by a booking, which only makes customers of leads. */
const STATUSES = ['customer', 'inactive'] as const;
const STEPS = ['check-in', 'complete', 'no-show'] as const;

type Wanted = Omit<Request, 'as' | 'key'>;
/** Something to be done now, if there is something to do it to. */
type Chore = (random: Random) => Wanted | undefined;

/**
 * The business's own people. Several of them work at once, on the same things, and on the bookings of customers who
 * change them meanwhile.
 */
export class Office {
  private readonly customers: string[] = [];
  private readonly blocks: { readonly id: string; readonly resourceId: string }[] = [];
  private readonly cancelled: string[] = [];
  private served = 0;

  /** @param standing the bookings that customers know to stand */
  constructor(
    private readonly client: Client,
    private readonly salon: Salon,
    private readonly standing: () => readonly Shown[],
  ) {}

  /** One of them, until told to end. */
  async work(random: Random, signal: AbortSignal): Promise<void> {
    const { owner: as } = this.salon;
    while (!signal.aborted) {
      const wanted = random.pick(this.chores)(random);
      if (wanted) {
        const answer = await this.client.ask({ ...wanted, as, key: keyOrNone(random) });
        if (answer && answer.status < 300) this.takeNote(wanted, answer.status === 201 ? jsonOf<Made>(answer).id : '');
      }
      await wait(random.between(PAUSE_MS.from, PAUSE_MS.to), undefined, { signal }).catch(() => undefined);
    }
  }

  private readonly chores: readonly Chore[] = [
    (random) => {
      if (this.customers.length < MOST_CUSTOMERS) {
        const body = { businessId: this.salon.businessId, name: 'Somebody', status: STATUSES[0] };
        return { method: 'POST', path: '/customers', body };
      }
      return { method: 'DELETE', path: `/customers/${this.customers[random.between(0, 2)]}` };
    },
    (random) => {
      if (this.customers.length === 0) return undefined;
      return {
        method: 'PUT',
        path: `/customers/${random.pick(this.customers)}`,
        body: { status: random.pick(STATUSES) },
      };
    },
    (random) => {
      const [service] = this.salon.services;
      if (!service || this.blocks.length >= MOST_BLOCKS) return undefined;
      const resourceId = random.pick(service.requirements.flat());
      const start = random.pick(startsOf(this.salon, service));
      const end = start + random.between(1, 2) * QUARTER;
      const body = { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
      return { method: 'POST', path: `/resources/${resourceId}/blocks`, body };
    },
    (random) => {
      if (this.blocks.length === 0) return undefined;
      const { id, resourceId } = random.pick(this.blocks);
      return { method: 'DELETE', path: `/resources/${resourceId}/blocks/${id}` };
    },
    (random) => {
      const hours = random.pick(OPENING_HOURS);
      return { method: 'PUT', path: '/staff/working-hours', body: { resourceId: this.salon.apprentice, hours } };
    },
    (random) => {
      const body = { capacity: random.between(1, 3) };
      return { method: 'PUT', path: `/owner/resources/${this.salon.apprentice}`, body };
    },
    (random) => {
      const body = { price: { amount: 1_000 * random.between(4, 6), currency: 'JPY' } };
      return { method: 'PUT', path: `/owner/services/${random.pick(this.salon.services).id}`, body };
    },
    (random) =>
      this.ofBooking(random, (path) => ({ method: 'DELETE', path: `${path}/cancel`, body: { reason: 'load' } })),
    (random) =>
      this.ofBooking(random, (path, { serviceId }) => {
        const service = this.salon.services.find(({ id }) => id === serviceId);
        const start = service && new Date(random.pick(startsOf(this.salon, service))).toISOString();
        return start ? { method: 'POST', path: `${path}/reschedule`, body: { start } } : undefined;
      }),
    (random) => {
      if (this.served >= MOST_SERVED) return undefined;
      return this.ofBooking(random, (path) => ({ method: 'POST', path: `${path}/${random.pick(STEPS)}` }));
    },
    (random) => {
      const id = this.cancelled.splice(random.between(0, this.cancelled.length - 1), 1)[0];
      return id === undefined ? undefined : { method: 'POST', path: `/bookings/${id}/undo-cancel` };
    },
  ];

  private ofBooking(random: Random, wanted: (path: string, booking: Shown) => Wanted | undefined): Wanted | undefined {
    const standing = this.standing();
    if (standing.length === 0) return undefined;
    const booking = random.pick(standing);
    return wanted(`/bookings/${booking.id}`, booking);
  }

  /** Remembers what is there to be worked on; what is gone too, for a while: somebody may think it is still there. */
  private takeNote({ method, path }: Wanted, made: string): void {
    const [, kind, id = ''] = path.split('/');
    if (method === 'POST' && kind === 'customers') this.customers.push(made);
    if (method === 'DELETE' && kind === 'customers') forget(this.customers, (one) => one === id);
    if (method === 'POST' && kind === 'resources') this.blocks.push({ id: made, resourceId: id });
    if (method === 'DELETE' && kind === 'resources') forget(this.blocks, (block) => path.endsWith(block.id));
    if (path.endsWith('/cancel')) this.cancelled.push(id);
    if (STEPS.some((step) => path.endsWith(step))) this.served += 1;
  }
}

interface Made {
  readonly id: string;
}

/** Takes the first such one off the list. */
function forget<T>(list: T[], isIt: (item: T) => boolean): void {
  const at = list.findIndex(isIt);
  if (at >= 0) list.splice(at, 1);
}
