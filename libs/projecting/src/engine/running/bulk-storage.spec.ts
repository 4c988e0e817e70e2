import { createPool } from '@yoyaku/postgres';
import { startServers } from '@yoyaku/testing';
import { Client } from 'pg';
import { BulkStorage } from './bulk-storage';

test('a commit whose connection ends in the middle writes nothing', async () => {
  const { databaseUrl, stop } = await startServers();
  const pool = createPool(databaseUrl);
  const storage = new BulkStorage(databaseUrl);
  await pool.query('create table written (n integer)');
  const ending = { text: 'select pg_backend_pid()' };
  const original = Client.prototype.query;
  jest.spyOn(Client.prototype, 'query').mockImplementation(async function (this: Client, ...given: unknown[]) {
    const answer = await Reflect.apply(original, this, given);
    if ((given[0] as { text?: string }).text === ending.text) {
      const ended = new Promise((resolve) => this.once('end', resolve));
      await pool.query('select pg_terminate_backend($1)', answer.rows[0]);
      await ended;
    }
    return answer;
  });
  const insert = (n: number) => ({ text: 'insert into written values ($1)', values: [n] });
  await expect(storage.commit([insert(1), ending, insert(2)], [])).rejects.toThrow();
  expect((await pool.query('select n from written')).rows).toEqual([]);
  await storage.commit([insert(3)], []);
  expect((await pool.query('select n from written')).rows).toEqual([{ n: 3 }]);
  jest.restoreAllMocks();
  await storage.close();
  await pool.end();
  await stop();
});

test('commits that are asked for at once are written one after the other, each as a whole', async () => {
  const { databaseUrl, stop } = await startServers();
  const pool = createPool(databaseUrl);
  const storage = new BulkStorage(databaseUrl);
  await pool.query('create table written (n integer)');
  const insert = (n: number) => ({ text: 'insert into written values ($1)', values: [n] });
  await storage.query({ text: 'select' });
  const failing = storage.commit([insert(1), { text: 'select pg_sleep(0.05)' }, { text: 'select 1 / 0' }], []);
  const following = storage.commit([insert(2)], []);
  await expect(failing).rejects.toThrow('division by zero');
  await following;
  expect((await pool.query('select n from written')).rows).toEqual([{ n: 2 }]);
  await storage.close();
  await pool.end();
  await stop();
});
