// `npm run definitions` writes projections/definitions.json, by which the processes know one definition of a read
// model from another; `npm run check:definitions` fails when it is not what the source says.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Definitions, readDefinitions } from './definitions';
import { compare } from './lock';

const root = path.join(__dirname, '../..');
const file = path.join(root, 'projections/definitions.json');
const writing = process.argv[2] === 'write';

const locked: Definitions = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const source = readDefinitions(root);
const { differences, refused } = compare(locked, source);
const wrong = writing ? refused : differences;
for (const difference of wrong) console.error(difference);
if (wrong.length > 0) {
  console.error(refused.length > 0 ? 'Versions first, then: npm run definitions' : 'To be done: npm run definitions');
  process.exitCode = 1;
} else if (writing) {
  writeFileSync(file, `${JSON.stringify(source, null, 2)}\n`);
}
