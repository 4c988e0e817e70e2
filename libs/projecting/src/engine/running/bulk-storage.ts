import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { connectionConfig, type Statement, Turns } from '@yoyaku/postgres';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { TableSql } from '../tables/table-sql';
import type { RowStorage, TableChange } from './storage';

/** COPY is slower for fewer rows than this. */
const COPY_FROM = 50;

/**
 * For few and large batches: new rows are written by COPY, over a connection of its own that is replaced if it breaks.
 */
export class BulkStorage implements RowStorage {
  private client: Client | undefined;
  private readonly turns = new Turns();

  constructor(private readonly url: string) {}

  query(statement: Statement): Promise<unknown[][]> {
    return this.turns.take(async () => run(await this.connected(), statement));
  }

  /** All on one connection: on a second one, later rows could be written although earlier ones failed. */
  commit(statements: readonly Statement[], changes: readonly TableChange[]): Promise<void> {
    return this.turns.take(async () => {
      const client = await this.connected();
      await client.query('begin');
      try {
        for (const statement of statements) await run(client, statement);
        for (const change of changes) await write(client, change);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback').catch(() => this.close());
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => {});
  }

  private async connected(): Promise<Client> {
    if (this.client) return this.client;
    const client = new Client(connectionConfig(this.url, { settings: ['synchronous_commit=off'], patience: 0 }));
    const forget = () => {
      if (this.client === client) this.client = undefined;
    };
    client.on('error', forget).on('end', forget);
    await client.connect();
    this.client = client;
    return client;
  }
}

async function run(client: Client, { values = [], ...statement }: Statement): Promise<unknown[][]> {
  return (await client.query({ ...statement, values: [...values], rowMode: 'array' })).rows;
}

async function write(client: Client, { table, added, put, removed }: TableChange): Promise<void> {
  const upserted = added.length < COPY_FROM ? [...added, ...put] : put;
  if (removed.length > 0) await run(client, table.remove(removed));
  if (added.length >= COPY_FROM) await copy(client, table, table.copied(added));
  if (upserted.length > 0) await run(client, table.upsert(upserted));
}

const copy = (client: Client, table: TableSql, text: string): Promise<void> =>
  pipeline(Readable.from([text], { objectMode: false }), client.query(copyFrom(table.copy)));
