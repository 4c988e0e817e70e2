import { setTimeout as delay } from 'node:timers/promises';
import { Client, type Dispatcher } from 'undici';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface LoadPlan {
  readonly origin: string;
  readonly connections: number;
  readonly requests: readonly HttpRequest[];
  /**
   * Requests a second, sent whether or not earlier ones are answered; waiting for a free connection counts as latency.
   * When absent, each connection sends the next request as soon as it has its answer.
   */
  readonly rate?: number;
}

export interface LoadResult {
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** In ms, in the order of the plan. */
  readonly latencies: Float64Array;
  /** HTTP status, 0 for a broken connection; in the order of the plan. */
  readonly statuses: Uint16Array;
  /** Of all answers' bodies. */
  readonly bytes: number;
}

export interface Answer {
  readonly status: number;
  /** `performance.now()` when the whole answer was there. */
  readonly at: number;
  readonly body: Buffer;
}

const ALIVE: HttpRequest = { method: 'GET', path: '/health/live', headers: {} };
const NO_BODY = Buffer.alloc(0);

/** Keep-alive connections to one server, each with one request at a time. */
export class HttpLoad {
  private readonly all: readonly Client[];

  constructor(origin: string, connections: number) {
    this.all = Array.from(
      { length: connections },
      () =>
        new Client(origin, { pipelining: 1, keepAliveTimeout: 60_000, headersTimeout: 60_000, bodyTimeout: 60_000 }),
    );
  }

  /** Opens every connection, so that no measured request pays for it; a few at a time, as servers accept them. */
  async connect(): Promise<void> {
    const closed = [...this.all];
    while (closed.length > 0) {
      const answers = closed.splice(0, 100).map((client) => answerOf(client, ALIVE));
      const dead = (await Promise.all(answers)).find(({ status }) => status === 0);
      if (dead) throw new Error(`GET ${ALIVE.path} was not answered`);
    }
  }

  async run(
    { requests, rate }: Pick<LoadPlan, 'requests' | 'rate'>,
    onAnswer?: (answer: Answer, index: number) => void,
  ): Promise<LoadResult> {
    const latencies = new Float64Array(requests.length);
    const statuses = new Uint16Array(requests.length);
    let bytes = 0;
    const send = async (client: Client, index: number, from: number): Promise<void> => {
      const answer = await answerOf(client, requests[index] as HttpRequest);
      latencies[index] = answer.at - from;
      statuses[index] = answer.status;
      bytes += answer.body.length;
      onAnswer?.(answer, index);
    };
    const started = performance.now();
    await (rate ? this.inTime(requests.length, rate, send) : this.inTurn(requests.length, send));
    return { seconds: (performance.now() - started) / 1_000, latencies, statuses, bytes };
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((client) => client.destroy()));
  }

  /** Each connection sends when it is free. */
  private async inTurn(count: number, send: Send): Promise<void> {
    let next = 0;
    const worker = async (client: Client) => {
      while (next < count) await send(client, next++, performance.now());
    };
    await Promise.all(this.all.map(worker));
  }

  /** Requests are sent when they are due; where no connection is free they wait, and the wait counts. */
  private async inTime(count: number, rate: number, send: Send): Promise<void> {
    const idle = [...this.all];
    const waiting: ((client: Client) => void)[] = [];
    const sendWhenFree = async (index: number) => {
      const from = performance.now();
      const client = idle.pop() ?? (await new Promise<Client>((resolve) => waiting.push(resolve)));
      await send(client, index, from);
      const next = waiting.shift();
      if (next) next(client);
      else idle.push(client);
    };
    const started = performance.now();
    const sent: Promise<void>[] = [];
    for (let index = 0; index < count; index++) {
      const early = started + (index * 1_000) / rate - performance.now();
      if (early > 0) await delay(early);
      sent.push(sendWhenFree(index));
    }
    await Promise.all(sent);
  }
}

type Send = (client: Client, index: number, from: number) => Promise<void>;

function answerOf(client: Client, request: HttpRequest): Promise<Answer> {
  return new Promise((resolve) => {
    let status = 0;
    const chunks: Buffer[] = [];
    const done = () =>
      resolve({
        status,
        at: performance.now(),
        body: chunks.length === 1 ? (chunks[0] ?? NO_BODY) : Buffer.concat(chunks),
      });
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => {},
      onResponseStart: (_, code) => {
        status = code;
      },
      onResponseData: (_, chunk) => {
        chunks.push(chunk);
      },
      onResponseEnd: done,
      onResponseError: () => {
        status = 0;
        done();
      },
    };
    client.dispatch({ ...request, headers: request.headers as Record<string, string> }, handler);
  });
}
