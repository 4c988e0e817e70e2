// `npm run definitions` writes projections/definitions.json, by which the processes know one definition of a read
// model from another; `npm run check:definitions` fails when it is not what the source says.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Definitions, readDefinitions } from './definitions';
import { compare } from './lock';

const root = path.join(__dirname, '../..');
const file = path.join(root, 'projections/definitions.json');
const writing = process.argv[2] === 'write';

const source = readDefinitions(root);
const { differences, refused } = compare((writing && committed()) || written(), source);
const wrong = writing ? refused : differences;
for (const difference of wrong) console.error(difference);
if (wrong.length > 0) {
  console.error(refused.length > 0 ? 'Versions first, then: npm run definitions' : 'To be done: npm run definitions');
  process.exitCode = 1;
} else if (writing) {
  writeFileSync(file, `${JSON.stringify(source, null, 2)}\n`);
}

function written(): Definitions {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** What others may have installed; a version that is not committed yet may change as often as one likes. */
function committed(): Definitions | undefined {
  try {
    const blob = 'HEAD:projections/definitions.json';
    return JSON.parse(execFileSync('git', ['show', blob], { cwd: root, encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return undefined;
  }
}
