import { setTimeout as wait } from 'node:timers/promises';
import type { ApiRequest, Schemas } from '@yoyaku/client';
import type { Random } from '@yoyaku/simulation';
import { type Client, jsonOf, keyOrNone } from './client';
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
const MINUTE = 60_000;
/** Who walks in is entered so long after they came: late enough to be a no-show, at the latest on the day after. */
const WALKED_IN = { from: 17, to: 20 * 60 };
/** Some came just now, so that they can still be checked in, which takes less time than is left of any service. */
const JUST_NOW = { to: 20, checkedInUntil: 24 };

interface WalkIn {
  readonly id: string;
  readonly start: number;
}

/** Something to be done now, if there is something to do it to. */
type Chore = (random: Random) => ApiRequest | undefined;

/**
 * The business's own people. Several of them work at once, on the same things, and on the bookings of customers who
 * change them meanwhile.
 */
export class Office {
  private readonly customers: string[] = [];
  private readonly blocks: { readonly id: string; readonly resourceId: string }[] = [];
  private readonly cancelled: string[] = [];
  private readonly walkIns: WalkIn[] = [];
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
      const [customerId, service] = [this.customers.at(-1), random.pick(this.salon.services)];
      if (customerId === undefined || this.walkIns.length + this.served >= MOST_SERVED) return undefined;
      const to = random.next() < 0.5 ? JUST_NOW.to : WALKED_IN.to;
      const start = (Math.floor(Date.now() / MINUTE) - random.between(WALKED_IN.from, to)) * MINUTE;
      const body: Schemas['BookBody'] = {
        businessId: this.salon.businessId,
        serviceId: service.id,
        customerId,
        start: new Date(start).toISOString(),
        override: ['notice', 'grid', 'hours'],
        another: true,
      };
      return { method: 'POST', path: '/bookings', body };
    },
    (random) => {
      const walkIn = this.walkIns.splice(random.between(0, this.walkIns.length - 1), 1)[0];
      if (!walkIn) return undefined;
      const isJustNow = Date.now() < walkIn.start + JUST_NOW.checkedInUntil * MINUTE;
      const step = random.pick(STEPS.filter((one) => one !== 'check-in' || isJustNow));
      return { method: 'POST', path: `/bookings/${walkIn.id}/${step}` };
    },
    (random) => {
      const id = this.cancelled.splice(random.between(0, this.cancelled.length - 1), 1)[0];
      return id === undefined ? undefined : { method: 'POST', path: `/bookings/${id}/undo-cancel` };
    },
  ];

  private ofBooking(
    random: Random,
    wanted: (path: `/bookings/${string}`, booking: Shown) => ApiRequest | undefined,
  ): ApiRequest | undefined {
    const standing = this.standing();
    if (standing.length === 0) return undefined;
    const booking = random.pick(standing);
    return wanted(`/bookings/${booking.id}`, booking);
  }

  /** Remembers what is there to be worked on; what is gone too, for a while: somebody may think it is still there. */
  private takeNote({ method, path, body }: ApiRequest, made: string): void {
    const [, kind, id = ''] = path.split('/');
    if (method === 'POST' && kind === 'customers') this.customers.push(made);
    if (method === 'DELETE' && kind === 'customers') forget(this.customers, (one) => one === id);
    if (method === 'POST' && kind === 'resources') this.blocks.push({ id: made, resourceId: id });
    if (method === 'DELETE' && kind === 'resources') forget(this.blocks, (block) => path.endsWith(block.id));
    if (path.endsWith('/cancel')) this.cancelled.push(id);
    if (method === 'POST' && path === '/bookings') {
      this.walkIns.push({ id: made, start: Date.parse(body && 'start' in body ? String(body.start) : '') });
    }
    // Who was checked in is still to be served.
    if (path.endsWith('/check-in')) this.walkIns.push({ id, start: 0 });
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
