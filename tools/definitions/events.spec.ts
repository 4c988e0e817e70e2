import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EventCatalog } from '@yoyaku/kernel';
import { programOf } from './definitions';
import { eventFiles, missingUpcasts, readEvents } from './events';
import { compare, EVENTS } from './lock';

const FILES = {
  'tsconfig.json': JSON.stringify({ compilerOptions: { module: 'nodenext', strict: true, lib: ['ES5'] } }),
  'libs/kernel/src/message.ts': `export type Message<Type extends string, Data> = Readonly<{ type: Type; data: Readonly<Data> }>;
export type Uuid = string & { readonly brand: 'uuid' };
`,
  'libs/shop/src/events.ts': `import type { Message, Uuid } from '../../kernel/src/message';
/** What was sold. */
interface Sale { readonly saleId: Uuid; readonly items: readonly Item[] }
interface Item { readonly name: string | null; readonly count: number }
type Of<Data extends object = object> = { readonly saleId: Uuid } & Data;
export type ShopEvent = Message<'Sold', Sale & { by: 'till' | 'phone' }> | Message<'Returned', Of>;
export type ShopCommand = Message<'Sell', Sale>;
`,
};
const EVENTS_FILE = 'libs/shop/src/events.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'events-'));
afterAll(() => rmSync(dir, { recursive: true }));

const pii = { of: 'customer', subject: 'saleId', fields: ['name'] };
const catalog = { Sold: { version: 1 }, Returned: { version: 1 } } as unknown as EventCatalog;

function read(events = FILES[EVENTS_FILE], catalogs = [catalog]) {
  for (const [file, text] of Object.entries({ ...FILES, [EVENTS_FILE]: events })) {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  }
  return readEvents(dir, programOf(dir, eventFiles(dir)), catalogs);
}

const locked = read();
function readReplaced(before: string, after: string) {
  expect(FILES[EVENTS_FILE]).toContain(before);
  return read(FILES[EVENTS_FILE].replace(before, after));
}

it('has each type of the catalogs, and no commands', () => {
  expect(locked).toEqual({
    Returned: { version: 1, shape: '{ saleId: Uuid }' },
    Sold: {
      version: 1,
      shape: '{ by: "phone" | "till"; items: ({ count: number; name: null | string })[]; saleId: Uuid }',
    },
  });
});

it.each([
  ['a field more', 'readonly count', 'readonly price: number; readonly count'],
  ['a field less', '; readonly count: number', ''],
  ['another name of a field', 'readonly count', 'readonly pieces'],
  ['another type of a field', 'count: number', 'count: string'],
  ['a field that may be null', 'count: number', 'count: number | null'],
  ['a field that may be absent', 'count:', 'count?:'],
  ['a value that an older build does not know', "'phone'", "'phone' | 'post'"],
])('the shape changes with %s', (_, before, after) => {
  const changed = readReplaced(before, after);
  expect(changed.Sold?.shape).not.toBe(locked.Sold?.shape);
  expect(changed.Returned).toEqual(locked.Returned);
});

it.each([
  ['comment', 'What was sold.', 'A sale.'],
  ['order of fields', 'readonly name: string | null; readonly count: number', 'count: number; name: null | string'],
  ['way to put types together', "Sale & { by: 'till' | 'phone' }", "Of<{ by: 'phone' | 'till'; items: Item[] }>"],
])('the shape stays with another %s', (_, before, after) => {
  expect(readReplaced(before, after)).toEqual(locked);
});

it('what is locked tells what is personal', () => {
  const sealed = { ...catalog, Sold: { version: 1, pii } } as unknown as EventCatalog;
  expect(read(FILES[EVENTS_FILE], [sealed]).Sold).toEqual({ ...locked.Sold, pii });
});

it('each type of a catalog needs its data', () => {
  expect(() => readReplaced("'Sold'", "'Bought'")).toThrow('Sold');
});

it('each past version needs its upcast', () => {
  const upcasts = { 1: (data: object) => ({ ...data }) };
  const third = { Sold: { version: 3, upcasts }, Returned: { version: 1 } } as unknown as EventCatalog;
  expect(missingUpcasts([third])).toEqual(['Sold lacks the upcast from version 2']);
});

it('events may neither change without a new version nor go', () => {
  const { Sold } = locked;
  const sold = { version: 1, shape: 'other' };
  expect(compare(locked, { ...locked, Sold: sold }, EVENTS).refused).toEqual([
    expect.stringMatching(/^Sold changed: raise its version .* to 2, .* upcast from version 1, .* sample/),
  ]);
  expect(compare(locked, { ...locked, Sold: { ...sold, version: 2 } }, EVENTS).refused).toEqual([]);
  expect(compare(locked, Sold ? { Sold } : {}, EVENTS).refused).toEqual([expect.stringMatching(/^Returned is gone/)]);
});
