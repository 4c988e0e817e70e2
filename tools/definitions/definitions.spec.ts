import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { programOf, projectionFiles, readDefinitions } from './definitions';
import { compare, READ_MODELS } from './lock';

/** A repository in small: a read model, its table, a helper beside it, and a lib behind a barrel. */
const FILES = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: { module: 'nodenext', strict: true, noLib: true, paths: { '@lib': ['./libs/lib/src/index.ts'] } },
  }),
  'libs/lib/src/index.ts': "export * from './engine';\nexport * from './time';\n",
  'libs/lib/src/engine.ts': `export const define = <E>() => <P>(projection: P): P => projection;
export const column = <V>(sql: string): { sql: string; value?: V } => ({ sql });
`,
  'libs/lib/src/time.ts': `/** A minute. */
export const MINUTE: number = 60;
export const HOUR = MINUTE * 60;
export const unused = () => HOUR;
`,
  'projections/shop/sales/table.ts': `import { column } from '@lib';
export const sales = { name: 'sales', columns: { id: column<string>('text'), hours: column<number>('integer') } };
`,
  'projections/shop/sales/rounding.ts': `import { HOUR } from '@lib';
interface Sale { readonly seconds: number }
export function hoursOf(sale: Sale): number {
  return whole(sale.seconds / HOUR);
}
const whole = (value: number): number => value - (value % 1);
`,
  'projections/shop/sales/projection.ts': `import { define } from '@lib';
import { hoursOf } from './rounding';
import { sales } from './table';
const entry = (type: string) => (event: any, rows: any) => rows.sales.put({ type, hours: hoursOf(event.data) });
export const salesProjection = define<{ type: 'Sold' }>()({
  name: 'sales',
  version: 1,
  tables: { sales },
  ignored: ['Returned'],
  on: { Sold: entry('sold') },
});
`,
};
type Name = keyof typeof FILES;

const dir = mkdtempSync(path.join(tmpdir(), 'definitions-'));
afterAll(() => rmSync(dir, { recursive: true }));

function read(change: Partial<Record<Name, string>> = {}) {
  for (const [file, text] of Object.entries({ ...FILES, ...change })) {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  }
  return readDefinitions(dir, programOf(dir, projectionFiles(dir)));
}

const digest = (change?: Partial<Record<Name, string>>) => read(change).sales?.digest;

function replaced(file: Name, before: string, after: string): Partial<Record<Name, string>> {
  const text = FILES[file].replace(before, after);
  expect(text).not.toBe(FILES[file]);
  return { [file]: text };
}

const [projection, table, rounding, time] = [
  'projections/shop/sales/projection.ts',
  'projections/shop/sales/table.ts',
  'projections/shop/sales/rounding.ts',
  'libs/lib/src/time.ts',
] as const;

it.each<[string, Name, string, string]>([
  ['a column of a table', table, "column<number>('integer')", "column<number>('bigint')"],
  ['a handler', projection, '({ type, hours', '({ hours'],
  ['what a handler is made with', projection, "entry('sold')", "entry('bought')"],
  ['a handler that is new', projection, "Sold: entry('sold')", "Sold: entry('sold'), Bought: entry('bought')"],
  ['a helper in another file', rounding, 'sale.seconds / HOUR', 'sale.seconds / HOUR / 2'],
  ['a helper of the helper', rounding, 'value - (value % 1)', 'value'],
  ['a constant of a lib', time, 'MINUTE * 60', 'MINUTE * 61'],
  ['a constant of that constant', time, '= 60;', '= 61;'],
])('the digest changes with %s', (_, file, before, after) => {
  expect(digest(replaced(file, before, after))).not.toBe(digest());
});

it.each<[string, Name, string, string]>([
  ['comment', time, 'A minute.', 'Sixty seconds.'],
  ['comment within', rounding, 'return', '// rounded\n  return'],
  ['layout, and trailing commas', table, "column<string>('text'),", "\n column<string>( 'text', ), "],
  ['sort of quotes', projection, "name: 'sales'", 'name: "sales"'],
  ['type', rounding, 'readonly seconds: number', 'readonly seconds: number; readonly price?: string'],
  ['annotation', rounding, 'const whole = (value: number): number', 'const whole = (value: any)'],
  ['type argument', table, 'column<string>', 'column<string | null>'],
  ['thing that it does not use', time, '() => HOUR', '() => MINUTE'],
  ['list of ignored events', projection, "['Returned']", "['Returned', 'Lost']"],
  [
    'place of that list',
    projection,
    "\n  ignored: ['Returned'],\n  on: { Sold: entry('sold') },",
    "\n  on: { Sold: entry('sold') },\n  ignored: ['Returned']",
  ],
  ['projection that ignores none', projection, "\n  ignored: ['Returned'],", ''],
  ['word on who may use a helper', rounding, 'const whole', 'export const whole'],
])('the digest stays with another %s', (_, file, before, after) => {
  expect(digest(replaced(file, before, after))).toBe(digest());
});

it('the digest stays when a helper moves into a file of its own', () => {
  const helper = 'const whole = (value: number): number => value - (value % 1);\n';
  const moved = {
    [rounding]: FILES[rounding].replace(helper, '').replace('import', "import { whole } from './whole';\nimport"),
    'projections/shop/sales/whole.ts': `export ${helper}`,
  };
  expect(digest(moved)).toBe(digest());
});

it('a projection must say its name and version plainly', () => {
  expect(() => read(replaced(projection, 'version: 1', 'version: 0 + 1'))).toThrow('sales/projection.ts');
});

describe('the lock', () => {
  const locked = { sales: { version: 2, digest: 'a' } };

  it.each([
    ['is new', { ...locked, stock: { version: 1, digest: 'b' } }, 'stock is new', false],
    ['is gone', {}, 'sales is gone', false],
    ['has a new version', { sales: { version: 3, digest: 'b' } }, 'sales has a new version', false],
    ['changed', { sales: { version: 2, digest: 'b' } }, 'sales changed: raise its version', true],
    ['went back', { sales: { version: 1, digest: 'a' } }, 'sales went back to version 1 from 2', true],
  ])('notices that a read model %s', (_, source, difference, refused) => {
    expect(compare(locked, source, READ_MODELS)).toEqual({
      differences: [difference],
      refused: refused ? [difference] : [],
    });
  });

  it('is content with what is locked', () => {
    expect(compare(locked, { ...locked }, READ_MODELS)).toEqual({ differences: [], refused: [] });
  });
});
