import { setTimeout as delay } from 'node:timers/promises';
import { newUuid } from '@yoyaku/kernel';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

interface Operation {
  readonly method: Method;
  readonly path: string;
  readonly parameters: readonly { name: string; in: string; required?: boolean; schema: Schema }[];
  readonly body: Schema | undefined;
}

type Json = unknown;
type Trail = readonly (string | number)[];

const MISSING = Symbol('missing');

/** What no field is prepared for, whatever its type. */
const NASTY: readonly Json[] = [
  MISSING,
  null,
  true,
  -1,
  1.5,
  1e21,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  'x'.repeat(70_000),
  '🦄'.repeat(300),
  'a\u0000b',
  '\ud800',
  '\u202e%00{{7*7}}<script>',
  "'; drop table app.sessions; --",
  '../../etc/passwd',
  '0000-00-00',
  '2027-02-30',
  '2027-03-28T02:30:00',
  '+123456-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '99:99',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  [],
  [[]],
  Array(2_000).fill(null),
  {},
  { $ref: '#', constructor: { prototype: {} } },
];

const BODIES = ['', '{', '[', 'null', '0', '"text"', '[]', '[{}]', '{"":""}', '\u0000', '{"a":1}}', '['.repeat(50_000)];

/** Parameters that ask for an answer without an end. */
const ENDLESS = ['follow'];

/** Routes whose answer has no end; their own spec tries what they take. */
const STREAMS = ['/api/v1/events/live'];

/** What would end the things that other attempts need. */
const ENDING = /^DELETE|\/(reject|suspend|decline|pause|no-show|complete)$/;

const HEADERS = ['idempotency-key', 'if-match', 'x-min-position', 'prefer', 'x-business-id', 'accept-language'];
const VALUES = ['', ' ', 'x'.repeat(5_000), '"-1"', '99999999999999999999', 'é', ',;=,;q=', '{}'];

/** A server's answer came too late for a command. */
const LATE = ['database.unavailable', 'event_store.unavailable'];

let api: ApiUnderTest;
let operations: Operation[];
let tokens: string[];
let salon: ABusiness;
let schemas: Readonly<Record<string, Schema>>;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  const { body } = await api.call('GET', '//docs/openapi.json');
  schemas = body.components.schemas;
  operations = operationsOf(body.paths);
  const admin = await somebody(api, 'admin');
  const business = await aBusiness(api, admin);
  const more = {
    verification: await anEndedVerification(admin.token),
    block: await aBlock(admin.token, business.things),
    series: await aSeries(business),
    waitlist: await anEntry(business),
    notification: await aNotification(admin),
    appointment: await anAppointment(admin),
    vertical: await aVertical(admin),
  };
  salon = { ...business, things: { ...business.things, ...more } };
  tokens = [admin.token, salon.people.owner.token];
});
afterAll(() => api.stop());

it('reaches what is behind the guards and checks', async () => {
  const stopped: string[] = [];
  for (const operation of operations) {
    const { status } = await send(operation, {});
    if ([400, 401, 403, 404].includes(status)) stopped.push(`${operation.method} ${operation.path} ${status}`);
  }
  expect(stopped.length < operations.length / 10 ? [] : stopped).toEqual([]);
});

it('answers no body with 5xx, whatever it holds', async () => {
  for (const operation of operations) {
    if (!operation.body) continue;
    const whole = sampleOf(operation.body, { everything: true }) as Record<string, Json>;
    for (const [field, value] of Object.entries(whole)) {
      const sample = { ...(bodyOf(operation) as object), [field]: value };
      for (const trail of [[field], ...trailsOf(value, [field])]) {
        await Promise.all(
          NASTY.map((nasty, i) =>
            send(operation, { raw: JSON.stringify(replaced(sample, trail, nasty)), token: tokens[i % 2] }),
          ),
        );
      }
    }
    for (const raw of BODIES) await send(operation, { raw });
    await send(operation, { raw: '<xml/>', headers: { 'content-type': 'application/xml' } });
  }
}, 300_000);

it('answers no parameter with 5xx, whatever it holds', async () => {
  const texts = [...new Set(NASTY.map(textOf))].filter((text) => text.length < 1_000);
  for (const operation of operations) {
    const names = operation.parameters.map(({ name }) => name).filter((name) => !ENDLESS.includes(name));
    for (const name of names) await Promise.all(texts.map((text) => send(operation, { parameters: { [name]: text } })));
    await send(operation, { parameters: { nobody: 'knows' } });
  }
}, 300_000);

it('answers no header with 5xx, whatever it holds', async () => {
  const various = operations.filter((_, i) => i % 8 === 0);
  for (const operation of various) {
    for (const name of HEADERS) {
      await Promise.all(VALUES.map((value) => send(operation, { headers: { prefer: 'wait=0', [name]: value } })));
    }
  }
}, 300_000);

/** One that runs would be followed for ever: nobody runs it here. */
async function anEndedVerification(token: string): Promise<string> {
  const { body } = await api.call('POST', '/audit/verifications', { token, body: { from: 'start' } });
  await api.call('DELETE', `/audit/verifications/${body.id}`, { token });
  return body.id;
}

interface Attempt {
  readonly raw?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
}

async function send(operation: Operation, attempt: Attempt): Promise<Reply> {
  const { method, path, parameters, body } = operation;
  const given: Readonly<Record<string, string>> = {
    ...(path.includes('{slug}') && { slug: salon.things.slug }),
    ...attempt.parameters,
  };
  const place = (wanted: string) =>
    parameters
      .filter(({ in: place, name, required }) => place === wanted && (required || name in given))
      .map(({ name, schema }): [string, string] => [
        name,
        given[name] ?? textOf(sampleOf(schema, { name: name === 'id' ? path : name })),
      ]);
  const filled = place('path').reduce(
    (url, [name, value]) => url.replace(`{${name}}`, encodeURIComponent(value)),
    path,
  );
  const unknown = Object.entries(given).filter(([name]) => !parameters.some((parameter) => parameter.name === name));
  const ask = () =>
    api.call(method, `/${filled}?${new URLSearchParams([...place('query'), ...unknown])}`, {
      token: tokens[0],
      ...(body && { raw: JSON.stringify(bodyOf(operation)) }),
      ...attempt,
      headers: { ...(ENDING.test(`${method} ${path}`) && { 'if-match': '"999999"' }), ...attempt.headers },
    });
  let reply = await ask();
  // On a busy machine an answer of a server may come too late; what fails by itself does so each time.
  for (let tries = 0; LATE.includes(reply.body?.code) && tries < 20; tries++) {
    await delay(250);
    reply = await ask();
  }
  judge(reply, `${method} ${filled} ${JSON.stringify(attempt).slice(0, 500)}`);
  return reply;
}

/** The least that the route takes. */
function bodyOf({ method, path, body = {} }: Operation): Json {
  const { service, business } = salon.things;
  if (`${method} ${path}` !== 'POST /api/v1/bookings') return sampleOf(body);
  return { businessId: business, serviceId: service, start: salon.start };
}

function judge({ status, text, headers, body }: Reply, what: string): void {
  const allowed = status < 500 || (status === 503 && body?.code === 'projection.behind');
  if (!allowed) throw new Error(`${what} → ${status} ${text}`);
  if (status < 400) return;
  const isProblem = headers['content-type']?.startsWith('application/problem+json') && typeof body.code === 'string';
  if (!isProblem || /node_modules|\.js:\d|\.ts:\d|at \w+ \(/.test(text)) throw new Error(`${what} → ${status} ${text}`);
}

function operationsOf(paths: Record<string, Record<string, OperationObject>>): Operation[] {
  const ending = Object.entries(paths).filter(([path]) => !STREAMS.includes(path));
  return ending.flatMap(([path, item]) =>
    Object.entries(item).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase() as Method,
      path,
      parameters: parameters.filter((parameter): parameter is Operation['parameters'][number] => 'in' in parameter),
      body: requestBody?.content['application/json']?.schema,
    })),
  );
}

interface OperationObject {
  readonly parameters?: readonly ({ $ref: string } | Operation['parameters'][number])[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Wanted {
  readonly name?: string;
  /** What may be left out as well. */
  readonly everything?: boolean;
  readonly depth?: number;
}

/** A value that the schema takes, as far as it tells; where it is an id, of something that is there. */
function sampleOf(schema: Schema, { name = '', everything = false, depth = 0 }: Wanted = {}): Json {
  const deeper = (next: Schema, part = name) => sampleOf(next, { name: part, everything, depth: depth + 1 });
  if (schema.$ref) return deeper(schemas[schema.$ref.split('/').at(-1) as string] as Schema);
  const [first] = schema.allOf ?? schema.oneOf ?? schema.anyOf ?? [];
  if (first) return deeper(first);
  if (schema.format === 'uuid') return idFor(name);
  const { booking } = salon.things;
  const known = {
    start: salon.start,
    slug: newUuid(),
    name: 'users',
    role: 'manager',
    entity: 'booking',
    entityId: booking,
  }[name];
  if (known) return known;
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' || schema.properties) {
    const fields = Object.entries(schema.properties ?? {}).filter(
      ([field]) => depth < 12 && (everything || schema.required?.includes(field)),
    );
    return Object.fromEntries(fields.map(([field, of]) => [field, deeper(of, field)]));
  }
  if (type === 'array') return schema.items ? [deeper(schema.items)] : [];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return false;
  return (
    { date: '2027-04-01', 'date-time': '2027-04-01T09:00:00Z' }[schema.format ?? ''] ??
    'x'.repeat(Math.max(1, schema.minLength ?? 1))
  );
}

/** `serviceId`, `resourceIds`, or the path of a route about one thing: `/services/{id}/…`. */
function idFor(name: string): string {
  const [, plural = name] = /([a-z]+)\/\{id\}/.exec(name) ?? [];
  const singular = plural.replace(/Ids?$|s$/, '');
  const what =
    {
      anyOf: 'resource',
      businesse: 'business',
      policie: 'policy',
      assignment: 'member',
      entity: 'booking',
      serie: 'series',
    }[singular] ?? singular;
  return salon.things[what] ?? newUuid();
}

async function aBlock(token: string, { resource }: ABusiness['things']): Promise<string> {
  const body = { start: '2040-01-01T00:00:00Z', end: '2040-01-02T00:00:00Z' };
  return (await api.call('POST', `/resources/${resource}/blocks`, { token, body })).body.id;
}

/** The way to every field of a value. */
function trailsOf(value: Json, trail: Trail = []): Trail[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => [[...trail, name], ...trailsOf(child, [...trail, name])]);
}

function replaced(value: Json, [name, ...rest]: Trail, by: Json): Json {
  const copy: Record<string, Json> | Json[] = Array.isArray(value) ? [...value] : { ...(value as object) };
  const fields = copy as Record<string, Json>;
  const field = name as string;
  if (rest.length > 0) fields[field] = replaced(fields[field], rest, by);
  else if (by === MISSING) delete fields[field];
  else fields[field] = by;
  return copy;
}

const textOf = (value: Json): string =>
  typeof value === 'string' ? value.toWellFormed() : typeof value === 'symbol' ? '' : (JSON.stringify(value) ?? '');

async function aSeries({ people, things, start }: ABusiness): Promise<string> {
  const { business: businessId, service: serviceId, customer: customerId } = things;
  const body = { businessId, serviceId, customerId, start, rrule: 'FREQ=WEEKLY;COUNT=2', mode: 'available' };
  return (await api.call('POST', '/bookings/series', { token: people.owner.token, body })).body.id;
}

async function anEntry({ people, things }: ABusiness): Promise<string> {
  const { business: businessId, service: serviceId, customer: customerId } = things;
  const body = { businessId, serviceId, customerId, from: '2040-01-01', to: '2040-01-31' };
  return (await api.call('POST', '/waitlist', { token: people.owner.token, body })).body.id;
}

async function anAppointment({ token }: Person): Promise<string> {
  const body = { title: 'Dentist', start: '2040-01-01T00:00:00Z', end: '2040-01-01T01:00:00Z' };
  return (await api.call('POST', '/appointments', { token, body })).body.id;
}

async function aVertical({ token }: Person): Promise<string> {
  return (await api.call('POST', '/admin/verticals', { token, body: { name: 'Baths' } })).body.id;
}

async function aNotification({ id: userId, token }: Person): Promise<string> {
  const body = { userId, title: 'News', message: 'We have moved' };
  return (await api.call('POST', '/notifications', { token, body })).body.id;
}
