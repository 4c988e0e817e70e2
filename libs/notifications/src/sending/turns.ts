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
    const { rows } = await this.pool.query<{ wait: number }>(
      `with taken as (
         insert into app.sending_turns as line (channel, free_at) values ($1, clock_timestamp() + $2 * interval '1 second')
         on conflict (channel) do update
         set free_at = greatest(line.free_at, clock_timestamp()) + $2 * interval '1 second'
         where line.free_at <= clock_timestamp() + $3 * interval '1 second'
         returning 0 as wait)
       select wait from taken union all
       select extract(epoch from free_at - clock_timestamp())::float8 - $3 from app.sending_turns
       where channel = $1 and not exists (select from taken)`,
      [channel, each, MINUTE_S - each],
    );
    return Math.max(0, Math.ceil((rows[0]?.wait ?? 0) * 1_000));
  }
}
