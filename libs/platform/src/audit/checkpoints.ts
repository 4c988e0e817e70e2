import type { Instant } from '@yoyaku/kernel';
import type { Pool } from 'pg';
import type { SignedCheckpoint } from './signing-key';

interface Row {
  position: string;
  events: number;
  hash: string;
  taken_at: Instant;
  signature: string;
}

/**
 * The signed checkpoints. They are kept outside the event store, so that whoever alters events does not alter them too.
 */
export class Checkpoints {
  constructor(private readonly pool: Pool) {}

  /** All of them, oldest first. */
  all(): Promise<SignedCheckpoint[]> {
    return this.read('order by c.position');
  }

  async last(): Promise<SignedCheckpoint | undefined> {
    const [last] = await this.read('order by c.position desc limit 1');
    return last;
  }

  /** Keeps a checkpoint; one already taken at that position stays. */
  async add({ position, events, hash, takenAt, signature }: SignedCheckpoint): Promise<void> {
    await this.pool.query(
      `insert into app.audit_checkpoints (position, events, hash, taken_at, signature)
       values ($1, $2, $3, $4, $5) on conflict (position) do nothing`,
      [String(position), events, hash, takenAt, signature],
    );
  }

  private async read(order: string): Promise<SignedCheckpoint[]> {
    const { rows } = await this.pool.query<Row>(
      `select position::text, events, hash, taken_at, signature from app.audit_checkpoints c ${order}`,
    );
    return rows.map(({ position, events, hash, taken_at, signature }) => ({
      position: BigInt(position),
      events,
      hash,
      takenAt: taken_at,
      signature,
    }));
  }
}
