import { newUuid } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import { defineTable, instant, integer, type PageRequest, ReadModels, uuid } from '@yoyaku/projecting';
import { startServers, type TestServers } from '@yoyaku/testing';
import type { Pool } from 'pg';

const items = defineTable('items', { columns: { id: uuid, createdAt: instant, price: integer }, key: ['id'] });

let servers: TestServers;
let pool: Pool;
/** In the order of their creation, which took microseconds. The price is the same for each five of them. */
const ids = Array.from({ length: 10 }, () => newUuid()).sort();

beforeAll(async () => {
  servers = await startServers();
  pool = createPool(servers.databaseUrl);
  await pool.query(
    `create schema read;
     create table read.items as
       select id, timestamptz '2026-04-01 00:00Z' + n * interval '1 microsecond' as created_at, (n - 1) / 5 as price
       from unnest(array['${ids.join("','")}']::uuid[]) with ordinality as made(id, n)`,
  );
});

afterAll(async () => {
  await pool.end();
  await servers.stop();
});

const pageOf = (request: PageRequest) => new ReadModels(pool).unscoped(items).page(['-createdAt', 'price'], request);

/** The items of all pages, page by page. */
async function walk(request: PageRequest): Promise<number[][]> {
  const pages: number[][] = [];
  for (let cursor: string | undefined, isLast = false; !isLast; ) {
    const { items: found, nextCursor } = await pageOf({ ...request, cursor });
    pages.push(found.map(({ id }) => ids.indexOf(id)));
    isLast = nextCursor === null;
    cursor = nextCursor ?? undefined;
  }
  return pages;
}

test('walks through all rows in the order of the first sort', async () => {
  expect(await walk({ limit: 4 })).toEqual([
    [9, 8, 7, 6],
    [5, 4, 3, 2],
    [1, 0],
  ]);
});

test('rows with equal sort values come each once', async () => {
  expect(await walk({ limit: 3, sort: '-price' })).toEqual([[9, 8, 7], [6, 5, 4], [3, 2, 1], [0]]);
  expect(await walk({ limit: 5, sort: 'price' })).toEqual([
    [0, 1, 2, 3, 4],
    [5, 6, 7, 8, 9],
  ]);
});

test('gives rows with the names and values of the kernel', async () => {
  const { items: found } = await pageOf({ limit: 1, sort: 'createdAt' });
  expect(found).toEqual([{ id: ids[0], createdAt: '2026-04-01T00:00:00Z', price: 0 }]);
});

const cursorOf = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

test.each([
  ['request.invalid_limit', { limit: 0 }],
  ['request.invalid_limit', { limit: 201 }],
  ['request.invalid_sort', { sort: 'id; drop table' }],
  ['request.invalid_cursor', { cursor: 'zzz' }],
  ['request.invalid_cursor', { cursor: cursorOf('price', 1, {}), sort: 'price' }],
  ['request.invalid_cursor', { cursor: cursorOf('-createdAt', 'x', newUuid()) }],
  ['request.invalid_cursor', { cursor: cursorOf('price', 1, newUuid()) }],
])('refuses with %s', async (code, request) => {
  await expect(pageOf(request)).rejects.toThrow(code);
});
