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

  /**
   * Takes the next place in the line, and says after how many milliseconds the message may go; 0: now. A place is taken
   * once, so nobody asks again when its time has come.
   */
  async take(channel: string): Promise<number> {
    const { rows } = await this.pool.query<{ wait: number }>(
      `insert into app.sending_turns as line (channel, free_at) values ($1, clock_timestamp() + $2 * interval '1 second')
       on conflict (channel) do update
       set free_at = greatest(line.free_at, clock_timestamp()) + $2 * interval '1 second'
       returning extract(epoch from free_at - clock_timestamp())::float8 - $3 as wait`,
      [channel, MINUTE_S / this.perMinute, MINUTE_S],
    );
    return Math.max(0, Math.ceil((rows[0]?.wait ?? 0) * 1_000));
  }
}
