// `npm run generate` writes two files: projections/definitions.json, by which the processes know one definition of a
// read model from another, and libs/composition/events.json, what is stored of each type of event.
// `npm run check:definitions` fails when they are not what the source says.
import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EventCatalog } from '@yoyaku/kernel';
import { aggregates } from '../../libs/composition/src/aggregates';
import { programOf, projectionFiles, readDefinitions } from './definitions';
import { eventFiles, missingUpcasts, readEvents } from './events';
import { compare, EVENTS, type Locked, READ_MODELS, textOf } from './lock';

type AnyLock = Locked<{ readonly version: number }>;

const root = path.join(__dirname, '../..');
const writing = process.argv[2] === 'write';

const program = programOf(root, [...projectionFiles(root), ...eventFiles(root)]);
const catalogs = aggregates.map(({ events }) => events as EventCatalog);
const locks = [
  { file: 'projections/definitions.json', source: readDefinitions(root, program), rules: READ_MODELS },
  { file: 'libs/composition/events.json', source: readEvents(root, program, catalogs), rules: EVENTS },
];

const compared = locks.map(({ file, source, rules }) =>
  compare((writing && committed(file)) || written(file), source, rules),
);
const refused = [...compared.flatMap((comparison) => comparison.refused), ...missingUpcasts(catalogs)];
const wrong = new Set(writing ? refused : [...compared.flatMap(({ differences }) => differences), ...refused]);
for (const difference of wrong) console.error(difference);
if (wrong.size > 0) {
  console.error(refused.length > 0 ? 'Versions first, then: npm run generate' : 'To be done: npm run generate');
  process.exitCode = 1;
} else if (writing) {
  for (const { file, source } of locks) writeFileSync(path.join(root, file), textOf(source));
}

function written(file: string): AnyLock {
  const whole = path.join(root, file);
  return existsSync(whole) ? JSON.parse(readFileSync(whole, 'utf8')) : {};
}

/** What others may have installed; a version that is not committed yet may change as often as one likes. */
function committed(file: string): AnyLock | undefined {
  try {
    return JSON.parse(execFileSync('git', ['show', `HEAD:${file}`], { cwd: root, encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return undefined;
  }
}
