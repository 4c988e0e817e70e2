import type { Uuid } from '@yoyaku/kernel';
import type { Pool } from 'pg';

const MINUTE_S = 60;

/** The lines that a message has stood in already. */
export type Stood = 'none' | 'own' | 'both';

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
   * Lets a message about a business on its way. First it stands in its business's own line, and takes a place in the
   * common one when its turn has come there: so whatever one business has to send, its messages stand in the common line
   * a few at a time, and another's are not behind all of them. Businesses that have messages waiting share the rate.
   */
  async next(channel: string, businessId: Uuid | null, stood: Stood): Promise<{ wait: number; stood: Stood }> {
    if (stood === 'both') return { wait: 0, stood };
    const own = stood === 'none' && businessId ? await this.takeOwn(channel, `${channel} ${businessId}`) : 0;
    if (own > 0) return { wait: own, stood: 'own' };
    return { wait: await this.take(channel), stood: 'both' };
  }

  /** In a business's own line, which gets its part of the rate: others' are those in which messages wait. */
  private async takeOwn(channel: string, line: string): Promise<number> {
    const { rows } = await this.pool.query<{ others: number }>(
      `select count(*)::integer as others from app.sending_turns
       where starts_with(channel, $1) and channel <> $2 and free_at > clock_timestamp() + $3 * interval '1 second'`,
      [`${channel} `, line, MINUTE_S],
    );
    return this.take(line, 1 + (rows[0]?.others ?? 0));
  }

  /**
   * Takes the next place in the line, and says after how many milliseconds the message may go; 0: now. A place is taken
   * once, so nobody asks again when its time has come.
   */
  private async take(line: string, share = 1): Promise<number> {
    const { rows } = await this.pool.query<{ wait: number }>(
      `insert into app.sending_turns as line (channel, free_at) values ($1, clock_timestamp() + $2 * interval '1 second')
       on conflict (channel) do update
       set free_at = greatest(line.free_at, clock_timestamp()) + $2 * interval '1 second'
       returning extract(epoch from free_at - clock_timestamp())::float8 - $3 as wait`,
      [line, (MINUTE_S / this.perMinute) * share, MINUTE_S],
    );
    return Math.max(0, Math.ceil((rows[0]?.wait ?? 0) * 1_000));
  }
}
