import { Client, type QueryArrayConfig, type QueryArrayResult } from 'pg';
import { connectionConfig } from './connection';

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Statements of one name are parsed and planned once; the same name must always mean the same text. */
  readonly name?: string;
}

/**
 * One connection on which statements are sent without waiting for earlier answers, so that a transaction of many
 * statements costs one round trip. A broken connection is replaced at the next use.
 */
export class Pipeline {
  private connecting: Promise<Client> | undefined;

  /** See {@link connectionConfig}. */
  constructor(
    private readonly url: string,
    private readonly settings: readonly string[] = [],
  ) {}

  /** Rows as arrays, in the forms of {@link connectionConfig}. */
  async query(statement: Statement): Promise<unknown[][]> {
    return (await send(await this.client(), statement)).rows;
  }

  /** Runs all of them or none. Throws the first failure. After a lost connection they may have been committed. */
  async transaction(statements: readonly Statement[]): Promise<void> {
    const client = await this.client();
    const answers = await Promise.allSettled(
      [{ text: 'begin' }, ...statements, { text: 'commit' }].map((statement) => send(client, statement)),
    );
    const failure = answers.find((answer) => answer.status === 'rejected');
    if (failure) throw failure.reason;
  }

  async close(): Promise<void> {
    const client = await this.connecting?.catch(() => undefined);
    await client?.end().catch(() => {});
  }

  private client(): Promise<Client> {
    this.connecting ??= this.connect();
    return this.connecting;
  }

  private async connect(): Promise<Client> {
    const client = new Client({ ...connectionConfig(this.url, { settings: this.settings }), pipeline: true });
    const forget = () => {
      this.connecting = undefined;
    };
    client.on('error', forget).on('end', forget);
    try {
      await client.connect();
    } catch (error) {
      forget();
      throw error;
    }
    return client;
  }
}

const send = (client: Client, { values = [], ...statement }: Statement): Promise<QueryArrayResult<unknown[]>> =>
  client.query({ ...statement, values: [...values], rowMode: 'array' } satisfies QueryArrayConfig);
