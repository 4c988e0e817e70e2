import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '..');
const { forbidden } = require(path.join(root, '.dependency-cruiser.cjs')) as { forbidden: { name: string }[] };

/** For each rule a file that breaks it, and what that file imports. */
const probes: Record<string, { file: string; imports: string }> = {
  'no-cycles': { file: 'libs/kernel/src/a.ts', imports: 'libs/kernel/src/b.ts' },
  'kernel-stands-alone': { file: 'libs/kernel/src/time.ts', imports: 'libs/eventing/src/index.ts' },
  'domain-imports-kernel-only': { file: 'libs/booking/src/domain/booking.ts', imports: 'libs/eventing/src/index.ts' },
  'postgres-knows-the-kernel-only': {
    file: 'libs/postgres/src/subject-keys.ts',
    imports: 'libs/eventing/src/index.ts',
  },
  'subject-keys-alone-know-postgresql': {
    file: 'libs/eventing/src/aggregates/aggregate-store.ts',
    imports: 'libs/postgres/src/index.ts',
  },
  'eventing-knows-no-context': { file: 'libs/projecting/src/engine.ts', imports: 'libs/booking/src/events.ts' },
  'contexts-meet-in-what-they-publish': {
    file: 'libs/booking/src/application/book.ts',
    imports: 'libs/catalog/src/domain/service.ts',
  },
  'contexts-are-known-by-what-they-publish': {
    file: 'apps/api/src/http/booking/steps.ts',
    imports: 'libs/booking/src/domain/booking.decider.ts',
  },
  'projections-read-events-only': {
    file: 'projections/booking/bookings/projection.ts',
    imports: 'projections/booking/calendars/table.ts',
  },
  'read-models-know-no-other': {
    file: 'projections/customers/timeline/queries.ts',
    imports: 'projections/booking/index.ts',
  },
  'tables-are-read-by-queries': {
    file: 'apps/reactor/src/erasures.ts',
    imports: 'projections/customers/customers/table.ts',
  },
  'envelope-knows-no-store': {
    file: 'libs/eventing/src/envelope/hash-chain.ts',
    imports: 'libs/eventing/src/store/errors.ts',
  },
  'store-knows-no-aggregate': {
    file: 'libs/eventing/src/relay/relay.ts',
    imports: 'libs/eventing/src/aggregates/stream-cache.ts',
  },
  'aggregates-know-no-adapter': {
    file: 'libs/eventing/src/aggregates/command-run.ts',
    imports: 'libs/eventing/src/store/eventstoredb/url.ts',
  },
  'scopes-are-granted': { file: 'apps/api/src/http/booking/blocks.ts', imports: 'libs/access/src/grant.ts' },
  'running-shards-knows-not-why': {
    file: 'libs/projecting/src/engine/running/runner.ts',
    imports: 'libs/projecting/src/engine/live/projector.ts',
  },
  'libs-know-no-app': { file: 'libs/composition/src/core.ts', imports: 'apps/api/src/app.ts' },
  'event-node-wire-knows-what-is-below': {
    file: 'apps/event-node/src/wire/read-request.ts',
    imports: 'apps/event-node/src/store/stream-index.ts',
  },
  'event-node-store-knows-what-is-below': {
    file: 'apps/event-node/src/store/store.ts',
    imports: 'apps/event-node/src/reading/feeds.ts',
  },
  'event-node-reading-knows-what-is-below': {
    file: 'apps/event-node/src/reading/follow.ts',
    imports: 'apps/event-node/src/services/read.ts',
  },
  'apps-are-islands': { file: 'apps/reactor/src/main.ts', imports: 'apps/api/src/app.ts' },
  'benches-see-an-installation-from-outside': {
    file: 'bench/stack/product.ts',
    imports: 'apps/dev/src/secrets.ts',
  },
  'no-program-imports-benches': { file: 'apps/dev/faults/past.ts', imports: 'bench/stack/salon.ts' },
  'one-file-per-vendor': { file: 'apps/api/src/nats.ts', imports: 'node_modules/nats/index.js' },
  'production-code-imports-no-tests': { file: 'libs/postgres/src/pool.ts', imports: 'libs/testing/src/index.ts' },
};

describe('the boundaries', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'boundaries-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  };

  it('can each be broken, and are each noticed', () => {
    for (const { imports } of Object.values(probes)) {
      if (!imports.startsWith('node_modules/')) write(imports, 'export const it = 1;\n');
    }
    for (const { file, imports } of Object.values(probes)) {
      const vendor = imports.startsWith('node_modules/') && imports.split('/')[1];
      const target =
        vendor ||
        path
          .relative(path.dirname(file), imports)
          .replace(/^(?!\.)/, './')
          .replace('.ts', '');
      write(file, `import { it } from '${target}';\nexport const is = it;\n`);
    }
    write('libs/kernel/src/b.ts', "import { is } from './a';\nexport const it = is;\n");
    write('tsconfig.json', '{}');
    write('package.json', '{ "dependencies": { "nats": "*" } }');
    symlinkSync(path.join(root, 'node_modules'), path.join(dir, 'node_modules'));
    write(
      '.dependency-cruiser.cjs',
      `module.exports = require(${JSON.stringify(path.join(root, '.dependency-cruiser.cjs'))});`,
    );

    const json = execFileSync(
      process.execPath,
      [
        path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'json',
        'apps',
        'libs',
        'projections',
        'bench',
      ],
      { cwd: dir, encoding: 'utf8' },
    );
    const { summary } = JSON.parse(json) as { summary: { violations: { rule: { name: string } }[] } };
    const broken = new Set(summary.violations.map(({ rule }) => rule.name));
    expect([...broken].sort()).toEqual(forbidden.map(({ name }) => name).sort());
    expect(Object.keys(probes).sort()).toEqual([...broken].sort());
  });
});
