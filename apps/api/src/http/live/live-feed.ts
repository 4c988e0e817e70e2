import { Injectable } from '@nestjs/common';
import { EventStoreUnavailable } from '@yoyaku/eventing';
import { problemOf } from '../conventions/problems/problem.filter';
import { StoreHead } from '../conventions/queries/store-head';
import { Changes } from './changes';
import type { LiveView } from './live.views';
import { RecentEvents } from './recent-events';
import type { Viewer } from './viewer';

/** After so long without a message, one says that the connection is still there. Proxies cut silent ones after a minute. */
const HEARTBEAT_MS = 15_000;

const POSITION = /^\d{1,19}$/;

/** Where somebody begins, and with which message. */
interface Beginning {
  readonly position: bigint;
  readonly first: LiveView;
}

/** Tells those who follow of what changes, in the order of the event store. */
@Injectable()
export class LiveFeed {
  constructor(
    private readonly recent: RecentEvents,
    private readonly changes: Changes,
    private readonly head: StoreHead,
  ) {}

  /** Up to where this process has received everything. Throws {@link EventStoreUnavailable} before it has anything. */
  get position(): bigint {
    const { position } = this.recent;
    if (position === undefined) throw new EventStoreUnavailable(new Error('The event store is not followed yet'));
    return position;
  }

  /**
   * Every change that the viewer sees behind that event, or from now on, until the signal aborts; its reason is then the
   * last message. Each is told once; the next is only looked for when it has been taken.
   */
  async *follow(viewer: Viewer, lastEventId: string | undefined, signal: AbortSignal): AsyncGenerator<LiveView> {
    try {
      yield* this.changesFor(viewer, lastEventId, signal);
      if (typeof signal.reason === 'string') yield { event: 'closed', code: signal.reason };
    } catch (error) {
      // What somebody may see cannot be told just now. They come back, and miss nothing.
      const { status, code } = problemOf(error);
      if (status !== 503) throw error;
      yield { event: 'closed', code };
    }
  }

  private async *changesFor(
    viewer: Viewer,
    lastEventId: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<LiveView> {
    const beginning = await this.beginning(lastEventId);
    let { position } = beginning;
    let { history } = this.recent;
    yield beginning.first;
    let toldAt = performance.now();
    while (!signal.aborted) {
      const reached = this.position;
      const events = history === this.recent.history ? await this.recent.behind(position) : undefined;
      if (!events) {
        history = this.recent.history;
        position = reached;
        yield { event: 'resync', position: `${position}`, reason: 'too_old' };
        toldAt = performance.now();
        continue;
      }
      for (const event of events) {
        const change = await this.changes.of(event);
        if (signal.aborted) break;
        position = event.position;
        if (!change || !(await viewer.sees(change)) || change.about === 'member') continue;
        yield change.view;
        toldAt = performance.now();
      }
      if (position < reached && !signal.aborted) position = reached;
      if (performance.now() - toldAt >= HEARTBEAT_MS) {
        yield { event: 'heartbeat', position: `${position}` };
        toldAt = performance.now();
      }
      if (this.position <= position) await this.recent.change(signal);
    }
  }

  private async beginning(lastEventId: string | undefined): Promise<Beginning> {
    const now = this.position;
    if (lastEventId === undefined || lastEventId === '') return ready(now);
    const position = POSITION.test(lastEventId) ? BigInt(lastEventId) : undefined;
    if (position !== undefined && !(await this.head.isBeyond(position))) return ready(position);
    return { position: now, first: { event: 'resync', position: `${now}`, reason: 'unknown' } };
  }
}

const ready = (position: bigint): Beginning => ({ position, first: { event: 'ready', position: `${position}` } });
