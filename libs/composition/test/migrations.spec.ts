import { newUuid } from '@yoyaku/kernel';
import { createPool, dataSourceOptions, runMigrations } from '@yoyaku/postgres';
import { startServers, type TestServers } from '@yoyaku/testing';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { migrate, migrations } from '../src/migrations';

/** Those that the build before knew, by the names under which databases remember them. */
const EARLIER = [
  'SubjectKeys1790000000000',
  'Identity1790000001000',
  'Http1790000002000',
  'AuditCheckpoints1790000003000',
  'AuditVerifications1790000004000',
  'SubjectKinds1790000020000',
  'ProjectionSkips1790000030000',
  'MasterKeys1790000035000',
  'IdempotentCommands1790000040000',
  'ForgottenAnswers1790000045000',
  'KeptSettings1790000050000',
  'CanonicalRequests1790000051000',
  'RefreshLeeway1790000052000',
];

/** As the build before had it: one function for what two owners keep. */
const EARLIER_FUNCTION = `
  create or replace function app.forget_subject() returns trigger language plpgsql as $$
  begin
    update app.idempotency set status = null, headers = null, body = null, leased_until = now()
      where strpos(body, split_part(new.subject, ':', -1)) > 0;
    if new.subject like 'user:%' then
      delete from app.sessions where 'user:' || user_id = new.subject;
      delete from app.credentials where 'user:' || user_id = new.subject;
      delete from app.verification_codes where 'user:' || user_id = new.subject;
    end if;
    return null;
  end $$`;

let servers: TestServers;
let pool: Pool;

beforeEach(async () => {
  servers = await startServers();
  pool = createPool(servers.databaseUrl);
});
afterEach(async () => {
  await pool.end();
  await servers.stop();
});

const earlier = migrations.filter(({ name }) => EARLIER.includes(name));

test('none that a database remembers has another name now', () => {
  expect(earlier.map(({ name }) => name).sort()).toEqual([...EARLIER].sort());
});

/** The ways in which a database may have come to what it is when the build that belongs to it starts. */
const databases: Readonly<Record<string, () => Promise<void>>> = {
  'a new database': () => migrateTwice(),
  'a database of the build before': async () => {
    await runMigrations(servers.databaseUrl, earlier);
    await pool.query(EARLIER_FUNCTION);
    await migrateTwice();
  },
  'a database that is given back to the build before': async () => {
    await migrateTwice();
    await undo(migrations.length - earlier.length);
  },
};

const migrateTwice = async (): Promise<void> => {
  await Promise.all([migrate(servers.databaseUrl), migrate(servers.databaseUrl)]);
};

/** Takes back the last migrations. */
async function undo(count: number): Promise<void> {
  const options = dataSourceOptions(servers.databaseUrl, { patience: 0 });
  const source = new DataSource({ ...options, migrations: [...migrations], migrationsTableName: 'migrations' });
  await source.initialize();
  for (let i = 0; i < count; i++) await source.undoLastMigration();
  await source.destroy();
}

test.each(Object.entries(databases))('%s forgets all that it keeps of a user', async (_, prepare) => {
  await prepare();
  const [ann, ben] = [newUuid(), newUuid()];
  for (const user of [ann, ben]) {
    await pool.query('insert into app.credentials (user_id, password_hash) values ($1, $2)', [user, 'hash']);
    await pool.query(
      `insert into app.sessions (id, user_id, platform, expires_at) values ($1, $1, 'web', now() + interval '1 day')`,
      [user],
    );
    await pool.query(
      `insert into app.idempotency (command_id, request_hash, holder, leased_until, status, body)
       values ($1, '', $1, now(), 200, $2)`,
      [newUuid(), JSON.stringify({ id: user })],
    );
    await pool.query(`insert into app.subject_keys (subject, wrapped) values ($1, '')`, [`user:${user}`]);
  }
  await pool.query('update app.subject_keys set wrapped = null, destroyed_at = now() where subject = $1', [
    `user:${ann}`,
  ]);
  const { rows } = await pool.query(`
    select 'credentials' as what, user_id::text as whose from app.credentials
    union all select 'sessions', user_id::text from app.sessions
    union all select 'answers', body from app.idempotency where body is not null order by 1`);
  expect(rows).toEqual([
    { what: 'answers', whose: JSON.stringify({ id: ben }) },
    { what: 'credentials', whose: ben },
    { what: 'sessions', whose: ben },
  ]);
});

test('all can be taken back, and made again', async () => {
  await migrate(servers.databaseUrl);
  await undo(migrations.length);
  const { rows } = await pool.query(
    `select relname from pg_class where relnamespace = 'app'::regnamespace and relkind = 'r'
     union all select proname from pg_proc where pronamespace = 'app'::regnamespace`,
  );
  expect(rows).toEqual([{ relname: 'migrations' }]);
  await migrate(servers.databaseUrl);
});
