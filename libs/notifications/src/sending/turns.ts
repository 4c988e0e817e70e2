import type { Pool } from 'pg';

const MINUTE_S = 60;

/**
 * Lets so many messages a minute go to a provider, over all processes. PostgreSQL keeps until when the line is taken, by
 * its own clock.
 */
export class SendingTurns {
  constructor(
    private readonly pool: Pool,
    private readonly perMinute: number,
  ) {}

  /** 0: the message may go now, and has used its turn; otherwise after how many milliseconds to ask again. */
  async take(channel: string): Promise<number> {
    const each = MINUTE_S / this.perMinute;
    const taken = await this.pool.query(
      `insert into app.sending_turns as line (channel, free_at) values ($1, clock_timestamp() + $2 * interval '1 second')
       on conflict (channel) do update
       set free_at = greatest(line.free_at, clock_timestamp()) + $2 * interval '1 second'
       where line.free_at <= clock_timestamp() + $3 * interval '1 second'`,
      [channel, each, MINUTE_S - each],
    );
    if (taken.rowCount === 1) return 0;
    // A statement of its own: the one above may not see what it waited for.
    const { rows } = await this.pool.query<{ wait: number }>(
      `select extract(epoch from free_at - clock_timestamp())::float8 - $2 as wait
       from app.sending_turns where channel = $1`,
      [channel, MINUTE_S - each],
    );
    return Math.max(1, Math.ceil((rows[0]?.wait ?? each) * 1_000));
  }
}
