import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { answered, apiClient } from '@yoyaku/client';
import { readSpans, type SpanTree, treesOf } from '@yoyaku/tracing';
import type { TemporaryInstallation } from './temporary-installation';

const PATIENCE_MS = 30_000;

const BOOKING = 'POST /api/v1/bookings';
const REACTION = 'react booking-messages';
const ROWS = 'project bookings';
const TOLD = 'project notifications';

/** Books at the demo business. Returns the trace, up to the rows of what people are told of it. */
export async function bookAndTell(installation: TemporaryInstallation): Promise<SpanTree> {
  const { origin, dataDir } = installation;
  const { businessId, serviceIds } = JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as {
    businessId: string;
    serviceIds: [string];
  };
  const visitor = apiClient(origin);
  const body = {
    name: 'Hana',
    email: `hana-${randomBytes(4).toString('hex')}@example.com`,
    password: randomBytes(12).toString('base64url'),
  };
  const registered = await answered(visitor.POST('/api/v1/auth/register', { body }));
  const [serviceId] = serviceIds;
  const today = Temporal.Now.plainDateISO('Asia/Tokyo');
  const days = { from: `${today.add({ days: 1 })}`, to: `${today.add({ days: 7 })}` };
  const query = { businessId, serviceId, ...days };
  const free = await answered(visitor.GET('/api/v1/availability', { params: { query } }));
  const start = free.body.items[0]?.start ?? '';
  const before = bookings(installation).length;
  const customer = apiClient(origin, registered.body.accessToken);
  await answered(customer.POST('/api/v1/bookings', { body: { businessId, serviceId, start } }));
  return until(() => {
    const booked = bookings(installation)[before];
    const told = booked && find(booked, REACTION).flatMap((reaction) => find(reaction, TOLD));
    const hasRows = booked && find(booked, ROWS).length > 0;
    return hasRows && told && told.length > 0 && appends(booked).every(isProjected) ? booked : undefined;
  });
}

const appends = (tree: SpanTree): SpanTree[] => [
  ...(tree.name.startsWith('append ') ? [tree] : []),
  ...tree.children.flatMap(appends),
];

/** The audit log takes every event. */
const isProjected = ({ children }: SpanTree): boolean => children.some(({ name }) => name === 'project audit-log');

/** Throws unless each step of the booking, in any process, was caused by the one before. */
export function ensureOneTrace(booked: SpanTree): void {
  const appended = [
    ['yoyaku-api', BOOKING],
    ['yoyaku-api', 'booking.RequestBooking'],
    ['yoyaku-api', 'append booking'],
  ] as const;
  const told = [
    ['yoyaku-reactor', REACTION],
    ['yoyaku-reactor', 'notification.RequestNotification'],
    ['yoyaku-reactor', 'append notification'],
  ] as const;
  const published = ['yoyaku-projector', 'publish EVENTS'] as const;
  const projected = ['yoyaku-projector', ROWS] as const;
  ensurePath([booked], [...appended, published]);
  ensurePath([booked], [...appended, projected]);
  ensurePath([booked], [...appended, ...told, published]);
  ensurePath([booked], [...appended, ...told, ['yoyaku-projector', TOLD]]);
}

type Step = readonly [service: string, name: string];

function ensurePath(trees: readonly SpanTree[], steps: readonly Step[]): void {
  const [next, ...rest] = steps;
  if (!next) return;
  const [service, name] = next;
  const found = trees.flatMap((tree) => find(tree, name)).filter((span) => span.service === service);
  assert(found.length > 0, `the trace has no ${name} of ${service} where there should be one`);
  ensurePath(
    found.flatMap(({ children }) => children),
    rest,
  );
}

/** The spans of that name in a tree. */
const find = (tree: SpanTree, name: string): SpanTree[] => [
  ...(tree.name === name ? [tree] : []),
  ...tree.children.flatMap((child) => find(child, name)),
];

/** The traces of all bookings so far, in order. */
function bookings({ traceFile }: TemporaryInstallation): SpanTree[] {
  const spans = existsSync(traceFile) ? readSpans(traceFile) : [];
  return spans
    .filter(({ name, attributes }) => name === BOOKING && attributes['http.response.status_code'] === 201)
    .flatMap(({ traceId }) => treesOf(spans, traceId));
}

async function until<T>(look: () => T | undefined): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    assert(performance.now() < deadline, `not within ${PATIENCE_MS} ms`);
    await wait(50);
  }
}
