import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Of the answers and request bodies that were held against OpenAPI. */
export interface Held {
  readonly answers: number;
  readonly bodies: number;
  /** In how many answers a member was that need not be there, by `Schema.member`. */
  readonly optional: Readonly<Record<string, { readonly present: number; readonly absent: number }>>;
}

/** Workers are processes of their own: each writes what it counted to a file, whose name they have from their environment. */
const FILE = 'CONTRACT_COUNTS';

const MANY = 20;

export function beginCounting(): void {
  process.env[FILE] = join(mkdtempSync(join(tmpdir(), 'yoyaku-held-')), 'counts');
}

export function countHeld(held: Held): void {
  const file = process.env[FILE];
  if (file) appendFileSync(file, `${JSON.stringify(held)}\n`);
}

/** Says what all workers counted. */
export function endCounting(): void {
  const file = process.env[FILE];
  if (!file) return;
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  rmSync(dirname(file), { recursive: true });
  if (lines.length === 0) return;
  const held = lines.map((line) => JSON.parse(line) as Held);
  const sum = (of: 'answers' | 'bodies') => held.reduce((total, one) => total + one[of], 0);
  console.log(`Held against OpenAPI: ${sum('answers')} answers, ${sum('bodies')} request bodies`);
  const always = alwaysPresent(held.map(({ optional }) => optional));
  if (always.length > 0) console.log(`Optional in OpenAPI, but in every answer: ${always.join(', ')}`);
}

/** Members that were in each of many answers. Fewer prove nothing. */
function alwaysPresent(counts: readonly Held['optional'][]): string[] {
  const names = new Set(counts.flatMap((count) => Object.keys(count)));
  return [...names].filter((name) => {
    const total = (of: 'present' | 'absent') => counts.reduce((sum, count) => sum + (count[name]?.[of] ?? 0), 0);
    return total('absent') === 0 && total('present') >= MANY;
  });
}
