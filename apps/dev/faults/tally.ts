import type { Exchange } from './client';
import { eventually, type Server } from './installation';
import { seconds } from './report';
import type { World } from './world';

/**
 * What is done to an installation under load; gives what was seen, throws when that must not be. `ofOwn`: which server
 * must be the installation's own for that.
 */
export type Fault = readonly [name: string, strike: (world: World) => Promise<string>, ofOwn?: Server];

interface Row {
  times: number;
  failed: number;
  readonly took: number[];
  requests: number;
  told: number;
  broken: number;
}

/** What is done lasts, ms: whoever asks so soon after it meets it too. */
const LASTS = 500;

const meets = ({ sentAt, endedAt }: Exchange, at: number): boolean => sentAt < at + LASTS && at < endedAt;

/** Strikes, and counts by fault how often, for how long, and what became of the requests that were sent meanwhile. */
export class Tally {
  private readonly rows = new Map<string, Row>();

  /** Throws as the strike does, and when nobody's request met anything that was done. */
  async strike(world: World, [name, strike]: Fault): Promise<string> {
    const { client, installation, marks } = world;
    const row = this.rows.getOrInsertComputed(name, emptyRow);
    const began = performance.now();
    const [sent, hit] = [client.exchanges.length, installation.disturbances.hits.length];
    let isDone = false;
    try {
      const facts = await strike(world);
      const hits = installation.disturbances.hits.slice(hit);
      const meanwhile = client.exchanges.slice(sent);
      const met = hits.map((at) => meanwhile.filter((exchange) => meets(exchange, at)).length);
      const [busy, most] = [met.filter((count) => count > 0).length, Math.max(0, ...met)];
      if (busy === 0) throw new Error(`no request met any of ${hits.length} moments`);
      await eventually(() => marks.take());
      isDone = true;
      return `${facts} (met by requests at ${busy} of ${hits.length} moments, by up to ${most})`;
    } finally {
      const meanwhile = client.exchanges.slice(sent);
      row.times += 1;
      row.failed += isDone ? 0 : 1;
      row.took.push(performance.now() - began);
      row.requests += meanwhile.length;
      row.told += meanwhile.filter(({ status }) => status === 503).length;
      row.broken += meanwhile.filter(({ status }) => status === null).length;
    }
  }

  /** For docs/faults.md. */
  get table(): string {
    const lines = [...this.rows].map(([name, { times, failed, took, requests, told, broken }]) => {
      const [all, longest] = [took.reduce((sum, ms) => sum + ms, 0), Math.max(...took)];
      return [name, times, failed, seconds(all), seconds(longest), requests, told, broken].join(' | ');
    });
    const head = ['Fault', 'times', 'failed', 'in all', 'longest', 'requests', '503', 'broken off'];
    return [head.join(' | '), head.map(() => '---').join('|'), ...lines].map((line) => `| ${line} |`).join('\n');
  }
}

const emptyRow = (): Row => ({ times: 0, failed: 0, took: [], requests: 0, told: 0, broken: 0 });
