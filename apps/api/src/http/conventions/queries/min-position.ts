import { Injectable } from '@nestjs/common';
import { Consistency } from '@yoyaku/projecting';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../limits/caller';
import { Problem } from '../problems/problem';
import { StoreHead } from './store-head';
import { WaitingRoom } from './waiting-room';

const POSITION = /^\d{1,19}$/;
const WAIT = { usual: 2, most: 10 };

/** Read your own writes: `X-Min-Position` and `Prefer: wait=N` of a query. */
@Injectable()
export class MinPosition {
  private readonly room = new WaitingRoom();

  constructor(
    private readonly consistency: Consistency,
    private readonly head: StoreHead,
  ) {}

  /**
   * Waits until the projections have passed the requested position. `tenantOf` gives the business that the request is
   * about, if there is one. Throws 400 `request.invalid_min_position` if the text is no position, or one beyond the end
   * of the store, and 503 `projection.behind` at the timeout.
   */
  async await(request: FastifyRequest, projections: readonly string[], tenantOf: () => Promise<string | undefined>) {
    const given = request.headers['x-min-position'];
    if (given === undefined) return;
    const position = typeof given === 'string' && POSITION.test(given) ? BigInt(given) : undefined;
    if (position === undefined || (await this.head.isBeyond(position))) {
      throw new Problem(400, 'request.invalid_min_position');
    }
    const tenantId = await tenantOf();
    const reached = (timeoutMs: number) => this.consistency.waitFor(projections, position, { timeoutMs, tenantId });
    const waited = await this.room.enter(callerOf(request), () => reached(patienceOf(request) * 1000));
    if (waited ?? (await reached(0))) return;
    throw new Problem(503, 'projection.behind', { headers: { 'retry-after': '1' } });
  }
}

/** Seconds. */
function patienceOf({ headers }: FastifyRequest): number {
  const [, wait] = /\bwait=(\d{1,4})\b/.exec(String(headers.prefer ?? '')) ?? [];
  return wait === undefined ? WAIT.usual : Math.min(WAIT.most, Number(wait));
}
