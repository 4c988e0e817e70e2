import { sleep, type Uuid } from '@yoyaku/kernel';
import type { Pool } from 'pg';
import type { RebuildState } from './rebuild-requests';

/** How often it is shown, and how often a rebuild that is paused asks whether it may go on, ms. */
const EVERY = 250;

/** How far a rebuild is, as its row in PostgreSQL shows it. */
export class Progress {
  /** Events, those of earlier attempts included. */
  processed = 0;
  /** Position of the last event there is, when last asked. */
  head = 0n;
  private shown = { at: performance.now(), processed: 0 };
  /** Events in a second, lately. */
  private rate = 0;

  constructor(
    private readonly pool: Pool,
    private readonly id: Uuid,
  ) {}

  /** Goes on from where an earlier attempt was. */
  resume(processed: number): void {
    this.processed = processed;
    this.shown.processed = processed;
  }

  /** Shows it, now and then, and waits while the rebuild is paused. False once it is to end. */
  async show(position: bigint, signal: AbortSignal): Promise<boolean> {
    const elapsed = performance.now() - this.shown.at;
    if (elapsed < EVERY) return true;
    const recent = ((this.processed - this.shown.processed) / elapsed) * 1_000;
    this.rate = this.rate === 0 ? recent : this.rate + 0.2 * (recent - this.rate);
    this.shown = { at: performance.now(), processed: this.processed };
    for (;;) {
      const { rows } = await this.pool.query<{ state: RebuildState }>(
        `update projecting.rebuilds set processed = $2, position = $3, head = $4, rate = $5 where id = $1 returning state`,
        [this.id, this.processed, `${position}`, `${this.head}`, this.rate],
      );
      const state = rows[0]?.state;
      if (state === 'running') return true;
      if (state !== 'paused' || signal.aborted) return false;
      await sleep(EVERY, { signal });
      this.shown.at = performance.now();
    }
  }
}
