import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..');

/** Source by the path of its file. */
type Files = Readonly<Record<string, string>>;

/**
 * Where SQL names a read model's table outside the folder of that read model. That tables are not imported from elsewhere
 * either is a rule of `.dependency-cruiser.cjs`.
 */
function foreignTables(files: Files): string[] {
  const homes = new Map(
    Object.entries(files).flatMap(([file, source]) =>
      [...source.matchAll(/\bdefine\w*Table\(\s*'(\w+)'/g)].map(([, table]) => [table, path.dirname(file)] as const),
    ),
  );
  return Object.entries(files).flatMap(([file, source]) =>
    [...source.matchAll(/\bread\."?(\w+)/g)].flatMap(([, table]) => {
      const home = homes.get(table);
      return home === undefined || home === path.dirname(file) ? [] : [`${file}: ${table}`];
    }),
  );
}

test('SQL names the tables of its own read model only', () => {
  const files = globSync('{projections,apps/*/src,libs/*/src}/**/*.ts', { cwd: root, exclude: ['**/*.spec.ts'] });
  expect(files.length).toBeGreaterThan(300);
  expect(
    foreignTables(Object.fromEntries(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]))),
  ).toEqual([]);
});

test('a table of another read model is noticed, in whichever way it is written', () => {
  const table = "export const rooms = defineAggregateTable('rooms', { of: ROOM });";
  const files = {
    'projections/house/rooms/table.ts': table,
    'projections/house/rooms/queries.ts': 'select * from read.rooms',
    'projections/house/guests/queries.ts': 'select * from read.guests g join read.rooms r on r.id = g.room_id',
    'apps/reactor/src/cleaner.ts': 'select id from read."rooms"',
  };
  expect(foreignTables(files)).toEqual([
    'projections/house/guests/queries.ts: rooms',
    'apps/reactor/src/cleaner.ts: rooms',
  ]);
});
