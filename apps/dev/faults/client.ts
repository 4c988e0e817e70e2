import { setTimeout as wait } from 'node:timers/promises';
import type { ApiRequest } from '@yoyaku/client';
import type { Random } from '@yoyaku/simulation';
import type { Account } from './account';

type Json = Readonly<Record<string, unknown>>;

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** One request as the client saw it; `performance.now()` times. */
export interface Exchange {
  readonly request: string;
  readonly origin: string;
  readonly sentAt: number;
  readonly endedAt: number;
  /** Null: the connection broke, or nothing came in time. */
  readonly status: number | null;
  /** Of a problem. */
  readonly code: string | null;
  readonly retryAfter: string | null;
}

export const isUnderWay = ({ sentAt, endedAt }: Exchange, at: number): boolean => sentAt < at && at < endedAt;

export interface Request {
  readonly method: ApiRequest['method'];
  readonly path: string;
  readonly as?: Account;
  readonly body?: Json | undefined;
  /** Makes a command safe to repeat. */
  readonly key?: string | undefined;
  /** The query waits until the read models have reached this position. */
  readonly minPosition?: string | undefined;
}

/** What the load asks for is what OpenAPI says that the api takes. */
export type Wanted = ApiRequest & Pick<Request, 'as' | 'key'>;

export type Command = Wanted & { readonly key: string };

/** `performance.now()` times: from the first attempt to the final answer. */
interface Asked {
  readonly sentAt: number;
  readonly endedAt: number;
}

/** A command with its final answer. */
export interface Decided extends Asked {
  readonly command: Request;
  readonly answer: Answer;
}

/** A command without a key whose answer did not come: it was done, or will be, or not. */
export interface Unsure extends Asked {
  readonly command: Request;
}

/** What a query showed of a booking to whom it had to show at least what stands at a position. */
export interface Reading extends Asked {
  readonly bookingId: string;
  readonly minPosition: bigint;
  readonly answer: Answer;
}

const PATIENCE_MS = 20_000;
const DECIDED_WITHIN_MS = 90_000;

/** Sends requests to any of the api processes, and keeps a record of all that it saw. */
export class Client {
  readonly exchanges: Exchange[] = [];
  /** In the order of their answers. */
  readonly decided: Decided[] = [];
  readonly unsure: Unsure[] = [];
  readonly readings: Reading[] = [];

  constructor(
    readonly origins: readonly string[],
    private readonly random: Random,
  ) {}

  /** One attempt, at that process or any; undefined when no answer came, so that nobody knows what became of it. */
  async attempt(request: Request, origin = this.random.pick(this.origins)): Promise<Answer | undefined> {
    const sentAt = performance.now();
    const answer = await send(request, origin).catch(() => undefined);
    this.exchanges.push({
      request: `${request.method} ${request.path.split('?', 1)[0]}`,
      origin,
      sentAt,
      endedAt: performance.now(),
      status: answer?.status ?? null,
      code: answer ? problemOf(answer) : null,
      retryAfter: answer?.headers.get('retry-after') ?? null,
    });
    return answer;
  }

  /** Repeats a command, with its key, at any process, until it is decided. Throws when that takes too long. */
  async decide(command: Command): Promise<Answer> {
    const sentAt = performance.now();
    const answer = await this.answerTo(command);
    this.decided.push({ command, answer, sentAt, endedAt: performance.now() });
    return answer;
  }

  /** Sends a command as its key allows: until it is decided, or once; undefined when nobody knows what became of it. */
  ask(command: Wanted): Promise<Answer | undefined> {
    return isKeyed(command) ? this.decide(command) : this.dare(command);
  }

  /** Looks a booking up where read models have reached that position; undefined when they have not, or nothing came. */
  async lookUp(bookingId: string, minPosition: string, as: Account): Promise<Answer | undefined> {
    const sentAt = performance.now();
    const answer = await this.attempt({ method: 'GET', path: `/bookings/${bookingId}`, as, minPosition });
    if (!answer || answer.status === 503) return undefined;
    this.readings.push({ bookingId, minPosition: BigInt(minPosition), answer, sentAt, endedAt: performance.now() });
    return answer;
  }

  private async dare(command: Wanted): Promise<Answer | undefined> {
    const sentAt = performance.now();
    const answer = await this.attempt(command);
    const asked = { command, sentAt, endedAt: performance.now() };
    if (answer && isFinal(answer)) this.decided.push({ ...asked, answer });
    else this.unsure.push(asked);
    return answer && isFinal(answer) ? answer : undefined;
  }

  /** Repeats a request until its answer is final. Throws when that takes longer than any fault lasts. */
  async answerTo(request: Request): Promise<Answer> {
    const deadline = performance.now() + DECIDED_WITHIN_MS;
    while (performance.now() < deadline) {
      const answer = await this.attempt(request);
      if (answer && isFinal(answer)) return answer;
      await wait(this.random.between(50, 300));
    }
    throw new Error(`${request.method} ${request.path} was not decided`);
  }
}

/** The share of commands that are sent without an Idempotency-Key: once, whatever comes of it. */
const WITHOUT_KEY = 0.25;

/** An Idempotency-Key for most commands. */
export const keyOrNone = (random: Random): string | undefined =>
  random.next() < WITHOUT_KEY ? undefined : random.uuid();

const isKeyed = (command: Wanted): command is Command => command.key !== undefined;

/**
 * What asks to come again, or failed on the server's side, is not the command's answer; nor is 408, for a request that did
 * not arrive whole, since somebody on its way stood still: it was never read.
 */
const isFinal = ({ status, headers }: Answer): boolean => status < 500 && status !== 408 && !headers.has('retry-after');

async function send({ method, path, as, body, key, minPosition }: Request, origin: string): Promise<Answer> {
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: {
      ...(body && { 'Content-Type': 'application/json' }),
      ...(as && { Authorization: `Bearer ${as.token}` }),
      ...(key && { 'Idempotency-Key': key }),
      ...(minPosition && { 'X-Min-Position': minPosition, Prefer: 'wait=10' }),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

export function problemOf({ status, body }: Answer): string | null {
  if (status < 400) return null;
  try {
    return String((JSON.parse(body) as { code?: unknown }).code);
  } catch {
    return null;
  }
}

export const jsonOf = <Body>({ status, body }: Answer): Body => {
  if (status >= 300) throw new Error(`answered ${status}: ${body}`);
  return JSON.parse(body) as Body;
};
