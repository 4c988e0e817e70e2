import { createPool } from '@yoyaku/postgres';
import { type PagedQuery, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import { startServers, type TestServers } from '@yoyaku/testing';
import type { Pool } from 'pg';

interface Item {
  readonly id: number;
  readonly createdAt: string;
  readonly price: number;
}

/** Ten items; the price is the same for each five of them. */
const ITEMS = `select n as id, timestamptz '2026-04-01 00:00Z' + n * interval '1 microsecond' as created_at, n / 5 as price
  from generate_series(0, 9) n`;
const items: PagedQuery<Item> = { sql: ITEMS, sorts: ['-createdAt', 'price'] };

let servers: TestServers;
let pool: Pool;
let readModels: ReadModels;

beforeAll(async () => {
  servers = await startServers();
  pool = createPool(servers.databaseUrl);
  readModels = new ReadModels(pool);
});

afterAll(async () => {
  await pool.end();
  await servers.stop();
});

/** The ids of all pages, page by page. */
async function walk(request: PageRequest): Promise<number[][]> {
  const pages: number[][] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const { items: found, nextCursor } = await page(readModels, items, { ...request, cursor });
    pages.push(found.map(({ id }) => id));
    cursor = nextCursor;
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
  const { items: found } = await page(readModels, items, { limit: 1, sort: 'createdAt' });
  expect(found).toEqual([{ id: 0, createdAt: '2026-04-01T00:00:00Z', price: 0 }]);
});

test.each([
  ['request.invalid_limit', { limit: 0 }],
  ['request.invalid_limit', { limit: 201 }],
  ['request.invalid_sort', { sort: 'id; drop table' }],
  ['request.invalid_cursor', { cursor: 'zzz' }],
  ['request.invalid_cursor', { cursor: Buffer.from('["price",1,{}]').toString('base64url'), sort: 'price' }],
  ['request.invalid_cursor', { cursor: Buffer.from('["-createdAt","x",1]').toString('base64url') }],
  ['request.invalid_cursor', { cursor: Buffer.from('["price",1,1]').toString('base64url') }],
])('refuses with %s', async (code, request) => {
  await expect(page(readModels, items, request)).rejects.toThrow(code);
});
