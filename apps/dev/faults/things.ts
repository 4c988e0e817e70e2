import type { StoredEvent } from '@yoyaku/eventing';
import type { Request } from './client';

export const MADE = 'made';

/** What is so of a thing, by aspect, in the words that name effects. Nothing yet: it is not made. */
export type Facts = Readonly<Record<string, string>>;

/** What an event did to one booking, customer, block, resource or service. */
export interface Effect {
  readonly thing: string;
  readonly effect: string;
  readonly sets: Facts;
}

/** What a request wants done. Who makes a thing does not know its id yet. */
export interface Wish {
  readonly thing: string | undefined;
  readonly effect: string;
}

type Data = StoredEvent['data'];

const set =
  (id: string, aspect: string, effectOf: (data: Data) => string) =>
  (data: Data): Effect => {
    const effect = effectOf(data);
    return { thing: String(data[id]), effect, sets: { [aspect]: effect } };
  };
const made =
  (id: string, factsOf: (data: Data) => Facts) =>
  (data: Data): Effect => ({ thing: String(data[id]), effect: MADE, sets: factsOf(data) });
const becomes = (id: string, status: string) => set(id, 'status', () => status);

const startsAt = (start: unknown): string => `starts at ${new Date(String(start)).toISOString()}`;
const worksAt = (hours: unknown): string =>
  `works ${(hours as { day: number; starts: string; ends: string }[]).map(({ day, starts, ends }) => `${day} ${starts}-${ends}`)}`;
const holds = (capacity: unknown): string => `holds ${capacity}`;
const costs = (price: unknown): string => `costs ${(price as { amount: number }).amount}`;

/** The events that tell of what the load's commands do; told again, without the product's own deciders. */
const EFFECTS: Readonly<Record<string, (data: Data) => Effect>> = {
  BookingRequested: made('bookingId', ({ status, start }) => ({ status: String(status), place: startsAt(start) })),
  BookingRescheduled: set('bookingId', 'place', ({ start }) => startsAt(start)),
  BookingCancelled: becomes('bookingId', 'cancelled'),
  BookingCancellationUndone: ({ bookingId, status }) => ({
    thing: String(bookingId),
    effect: 'restored',
    sets: { status: String(status) },
  }),
  BookingCheckedIn: becomes('bookingId', 'checked_in'),
  BookingCompleted: becomes('bookingId', 'completed'),
  BookingMarkedNoShow: becomes('bookingId', 'no_show'),
  CustomerCreated: made('customerId', ({ status }) => ({ status: String(status) })),
  CustomerStatusChanged: set('customerId', 'status', ({ status }) => String(status)),
  CustomerRemoved: becomes('customerId', 'removed'),
  TimeBlocked: made('blockId', () => ({ status: 'blocked' })),
  TimeUnblocked: becomes('blockId', 'lifted'),
  ResourceCreated: made('resourceId', ({ capacity }) => ({ capacity: holds(capacity) })),
  ResourceHoursSet: set('resourceId', 'hours', ({ hours }) => worksAt(hours)),
  ResourceChanged: set('resourceId', 'capacity', ({ capacity }) => holds(capacity)),
  ServiceCreated: made('serviceId', ({ price }) => ({ price: costs(price) })),
  ServiceChanged: set('serviceId', 'price', ({ price }) => costs(price)),
};

/** Undefined: no command of the load does such a thing. Who books becomes a customer too, unasked, with a user. */
export const effectOf = ({ type, data }: StoredEvent): Effect | undefined =>
  type === 'CustomerCreated' && data.userId ? undefined : EFFECTS[type]?.(data);

type Wanting = (body: NonNullable<Request['body']>) => string;

/** By method and path, where `:` stands for the thing that it is about. */
const WISHES: Readonly<Record<string, Wanting>> = {
  'POST /bookings': () => MADE,
  'POST /bookings/:/reschedule': ({ start }) => startsAt(start),
  'DELETE /bookings/:/cancel': () => 'cancelled',
  'POST /bookings/:/undo-cancel': () => 'restored',
  'POST /bookings/:/check-in': () => 'checked_in',
  'POST /bookings/:/complete': () => 'completed',
  'POST /bookings/:/no-show': () => 'no_show',
  'POST /customers': () => MADE,
  'PUT /customers/:': ({ status }) => String(status),
  'DELETE /customers/:': () => 'removed',
  'POST /resources/:/blocks': () => MADE,
  'DELETE /resources/:/blocks/:': () => 'lifted',
  'PUT /staff/working-hours': ({ hours }) => worksAt(hours),
  'PUT /owner/resources/:': ({ capacity }) => holds(capacity),
  'PUT /owner/services/:': ({ price }) => costs(price),
};

const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

export function wishOf({ method, path, body = {} }: Request): Wish {
  const parts = path.split('/');
  const route = `${method} ${parts.map((part) => (ID.test(part) ? ':' : part)).join('/')}`;
  const effect = WISHES[route]?.(body);
  if (effect === undefined) throw new Error(`The load has no such command: ${route}`);
  if (effect === MADE) return { thing: undefined, effect };
  return { thing: parts.findLast((part) => ID.test(part)) ?? String(body.resourceId), effect };
}

/** By which one command to make something is told from another, as far as its event tells: who made it is not asked. */
export const askedFor = ({ path, body = {} }: Request): string =>
  path === '/customers' ? path : described(path.split('/')[2] ?? body.serviceId, body.start, body.end, body.partySize);

/** The same of what was made. */
export function madeFrom({ type, data }: StoredEvent): string {
  if (type === 'BookingRequested') return described(data.serviceId, data.start, undefined, data.partySize);
  return type === 'TimeBlocked' ? described(data.resourceId, data.start, data.end, undefined) : '/customers';
}

const described = (of: unknown, start: unknown, end: unknown, partySize: unknown): string =>
  [of, startsAt(start), end ? `ends at ${new Date(String(end)).toISOString()}` : `for ${partySize ?? 1}`].join(' ');

const BOOKED = ['pending', 'confirmed'];
/** In which status of its thing something can be done. Of what is not listed: whenever the thing is there. */
const TAKEN_WHEN: Readonly<Record<string, readonly string[]>> = {
  cancelled: BOOKED,
  restored: ['cancelled'],
  checked_in: ['confirmed'],
  completed: ['confirmed', 'checked_in'],
  no_show: ['confirmed'],
  lifted: ['blocked'],
};
const GONE = ['removed', 'lifted'];

/** Whether a thing of which this is so can be made, or can take that. */
export function takes(facts: Facts, effect: string): boolean {
  const isThere = Object.keys(facts).length > 0;
  if (effect === MADE || !isThere) return (effect === MADE) !== isThere;
  const statuses = effect.startsWith('starts at') ? BOOKED : TAKEN_WHEN[effect];
  const { status = '' } = facts;
  return statuses ? statuses.includes(status) : !GONE.includes(status);
}
