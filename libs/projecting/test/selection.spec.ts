import { grant } from '@yoyaku/access/grant';
import { type Instant, type LocalDate, type Money, newUuid, type Uuid } from '@yoyaku/kernel';
import { createPool, dataSourceOptions } from '@yoyaku/postgres';
import {
  boolean,
  defineSearchTable,
  defineTable,
  entityOf,
  instant,
  integer,
  json,
  localDate,
  long,
  money,
  nullable,
  ReadModels,
  type Row,
  searchRow,
  type Table,
  text,
  texts,
  uuid,
  uuids,
} from '@yoyaku/projecting';
import { startServers, type TestServers } from '@yoyaku/testing';
import type { Pool } from 'pg';
import { And, ArrayContains, DataSource, IsNull, LessThan, MoreThanOrEqual, Not } from 'typeorm';
import { TableSql } from '../src/engine/tables/table-sql';

const visits = defineTable('visits', {
  columns: {
    id: uuid,
    businessId: uuid,
    locationId: nullable(uuid),
    status: text,
    startsAt: instant,
    date: localDate,
    price: money,
    spent: long,
    partySize: integer,
    isPaid: boolean,
    tags: texts,
    staffIds: uuids,
    detail: nullable(json<{ readonly by: string }>()),
  },
  key: ['id'],
  appendOnly: true,
});
const visitSearch = { ...defineSearchTable('visit_search'), appendOnly: true };
const rooms = defineTable('rooms', { columns: { locationId: uuid, revision: integer }, key: ['locationId'] });

let servers: TestServers;
let pool: Pool;
let readModels: ReadModels;
const [here, there, ginza, shibuya, yuki] = [newUuid(), newUuid(), newUuid(), newUuid(), newUuid()] as const;
const day = (n: number) => `2027-04-0${n}T09:00:00Z` as Instant;
const yen = (amount: number) => ({ amount, currency: 'JPY' }) as Money;

const visit = (n: number, more: Partial<Row<typeof visits>> = {}): Row<typeof visits> => ({
  id: newUuid(),
  businessId: here,
  locationId: null,
  status: 'confirmed',
  startsAt: day(n),
  date: `2027-04-0${n}` as LocalDate,
  price: yen(5_000),
  spent: 2 ** 40,
  partySize: 1,
  isPaid: true,
  tags: [],
  staffIds: [],
  detail: null,
  ...more,
});

const ALL = [
  visit(1, { tags: ['vip'], locationId: ginza, detail: { by: 'Mika Sato' } }),
  visit(2, { staffIds: [yuki], locationId: shibuya, startsAt: '2027-04-02T09:00:00.250Z' as Instant }),
  visit(3, { status: 'cancelled', tags: ['vip', 'new'], partySize: 2 }),
  visit(4, { businessId: there, tags: ['vip'] }),
] as const;

beforeAll(async () => {
  servers = await startServers();
  pool = createPool(servers.databaseUrl);
  readModels = new ReadModels(pool);
  await pool.query('create schema read');
  for (const table of [visits, visitSearch, rooms]) await pool.query(new TableSql('read', table).create);
  const rows = async (table: Table, rows: readonly object[]) => {
    const { text: sql, values = [] } = new TableSql('read', table).upsert(
      rows.map((row) => ({ row: row as Readonly<Record<string, unknown>>, owner: '0' })),
    );
    await pool.query(sql, [...values]);
  };
  await rows(visits, ALL);
  await rows(visitSearch, [
    searchRow({ id: ALL[0].id, texts: ['Mu\u0308ller', null], phone: '090-1234-5678' }),
    searchRow({ id: ALL[1].id, texts: ['Anna'], within: here }),
    searchRow({ id: ALL[2].id, texts: ['100 %'] }),
  ]);
  await pool.query('insert into read.rooms (location_id, revision) values ($1, 7)', [ginza]);
});
afterAll(async () => {
  await pool.end();
  await servers.stop();
});

const days = (rows: readonly { readonly startsAt: string }[]) => rows.map(({ startsAt }) => Number(startsAt[9])).sort();
const select = () => readModels.unscoped(visits);
const found = async (rows: ReturnType<typeof select>) => days(await rows.ordered('startsAt'));

test('rows have the names and values that their table declares, also as TypeORM reads them', async () => {
  expect(await select().where({ id: ALL[0].id }).first()).toEqual(ALL[0]);
  expect(await select().where({ id: ALL[1].id }).first()).toEqual(ALL[1]);
  const entity = entityOf(visits);
  const dataSource = await new DataSource({
    ...dataSourceOptions(servers.databaseUrl),
    entities: [entity],
  }).initialize();
  const row: Row<typeof visits> | null = await dataSource.getRepository(entity).findOneBy({ id: ALL[1].id });
  expect({ ...row }).toEqual(ALL[1]);
  await dataSource.destroy();
});

test('rows meet all conditions; one without a value is none', async () => {
  expect(await found(select())).toEqual([1, 2, 3, 4]);
  expect(await found(select().where({ businessId: here, status: undefined }))).toEqual([1, 2, 3]);
  expect(await found(select().where({ businessId: here, status: 'confirmed', isPaid: true }))).toEqual([1, 2]);
  expect(await found(select().where({ startsAt: And(MoreThanOrEqual(day(2)), LessThan(day(4))) }))).toEqual([2, 3]);
  expect(
    await found(
      select()
        .where({ tags: ArrayContains(['vip']) })
        .where({ status: Not('cancelled') }),
    ),
  ).toEqual([1, 4]);
  expect(await found(select().where({ tags: ArrayContains(['vip', 'new']) }))).toEqual([3]);
  expect(await found(select().having('staffIds', yuki))).toEqual([2]);
  expect(await found(select().where({ locationId: IsNull(), date: LessThan('2027-04-04' as LocalDate) }))).toEqual([3]);
  expect(await select().where({ businessId: newUuid() }).first()).toBeUndefined();
});

test('a condition in SQL stands beside the others', async () => {
  const matching = select()
    .where({ businessId: here })
    .and((row) => `cardinality(${row.column('tags')}) >= ${row.value(1)} or false`)
    .where({ status: 'cancelled' });
  expect(await matching.first()).toEqual(ALL[2]);
});

test('rows are those with, or without, a row of another table', async () => {
  expect(await found(select().and((row) => row.isIn(rooms, { locationId: 'locationId' })))).toEqual([1]);
  expect(await found(select().and((row) => `not ${row.isIn(rooms, { locationId: 'locationId' })}`))).toEqual([2, 3, 4]);
});

test('rows are found by what somebody types, as the row beside them says', async () => {
  const asked = (text: string | undefined, within?: Uuid) => found(select().found(text, visitSearch, within));
  expect(await asked(undefined)).toEqual([1, 2, 3, 4]);
  expect(await asked('MÜLL')).toEqual([1]);
  expect(await asked('5678')).toEqual([1]);
  expect(await asked('%')).toEqual([3]);
  expect(await asked('_')).toEqual([]);
  expect(await asked('’')).toEqual([]);
  expect(await asked('anna', here)).toEqual([2]);
  expect(await asked('anna')).toEqual([]);
});

test('rows are those of the scope, by the columns that say whose they are', async () => {
  const ownership = { business: 'businessId', assignee: 'staffIds', at: 'locationId' } as const;
  const within = (scope: Parameters<typeof grant>[1]) =>
    found(readModels.select(visits, grant('business', scope), ownership));
  expect(await within({ kind: 'business', businessId: here })).toEqual([1, 2, 3]);
  expect(await within({ kind: 'locations', businessId: here, locationIds: [ginza] })).toEqual([1, 3]);
  expect(await within({ kind: 'own', userId: yuki, businessId: here, locationIds: [] })).toEqual([2]);
  expect(await within({ kind: 'none' })).toEqual([]);
  const tagged = readModels.select(
    visits,
    grant('business', { kind: 'locations', businessId: here, locationIds: [yuki] }),
    {
      business: 'businessId',
      at: 'staffIds',
    },
  );
  expect(await found(tagged)).toEqual([1, 2, 3]);
});

test('a row can have some columns only, and one of another table beside them', async () => {
  const rows = await select()
    .where({ businessId: here })
    .only('id', 'startsAt')
    .with('roomRevision', rooms, 'revision', { locationId: 'locationId' })
    .ordered('startsAt', 2);
  expect(rows).toEqual([
    { id: ALL[0].id, startsAt: day(1), roomRevision: 7 },
    { id: ALL[1].id, startsAt: ALL[1].startsAt, roomRevision: null },
  ]);
  expect(await select().atRandom(3)).toHaveLength(3);
});

test('rows are those that another query gives too, and can be sorted by what it gives', async () => {
  const far = (...ids: readonly Uuid[]) =>
    select()
      .where({ businessId: here })
      .joined<{ readonly howFar: number }>(
        (value) => `select id, far as how_far from unnest(${value(ids)}::uuid[]) with ordinality as far (id, far)`,
        ['howFar'],
      );
  const [first, second, third, theirs] = ALL.map(({ id }) => id) as [Uuid, Uuid, Uuid, Uuid];
  const rows = await far(third, theirs, first).ordered('howFar');
  expect(rows.map(({ id, howFar }) => [id, Number(howFar)])).toEqual([
    [third, 1],
    [first, 3],
  ]);
  const paged: Uuid[] = [];
  let cursor: string | undefined;
  do {
    const page = await far(second, third, first).page(['howFar'], { limit: 1, sort: '-howFar', cursor });
    paged.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(paged).toEqual([first, third, second]);
});

test('what is not there yet, or not with these columns, is a read model that is missing', async () => {
  const missing = defineTable('nowhere', { columns: { id: uuid }, key: ['id'] });
  await expect(readModels.unscoped(missing).first()).rejects.toThrow('There is no read.nowhere yet');
  const newer = defineTable('visits', { columns: { ...visits.columns, note: text }, key: ['id'] });
  await expect(readModels.unscoped(newer).first()).rejects.toThrow('There is no read.visits yet');
});

test('names and values of another table, and an order by what may be missing, do not compile', () => {
  const wrong = () => {
    const columns: Uuid[] = [];
    // @ts-expect-error: there is no such column
    select().where({ customerId: here });
    // @ts-expect-error: a number is no status
    select().where({ status: 1 });
    // @ts-expect-error: text is no moment
    select().where({ startsAt: LessThan('tomorrow') });
    // @ts-expect-error: an array is asked for what it contains
    select().where({ staffIds: columns });
    // @ts-expect-error: a text has no elements
    select().having('status', 'confirmed');
    // @ts-expect-error: an array has no order
    select().ordered('tags');
    // @ts-expect-error: what may be null has no place in an order
    select().ordered('locationId');
    // @ts-expect-error: it has no id, by which rows of equal values would go
    readModels.unscoped(rooms).ordered('revision');
    // @ts-expect-error: there is no such column
    select().inScope(grant('public', { kind: 'none' }), { business: 'tenantId' });
    // @ts-expect-error: the other table has another key
    select().and((row) => row.isIn(rooms, { id: 'locationId' }));
    // @ts-expect-error: the other table has another key
    select().with('revision', rooms, 'revision', { id: 'locationId' });
  };
  // The compiler has looked at it; it is not called.
  expect(wrong).toBeDefined();
});
