import { WHOLE } from '../tables/generation';
import type { Shard } from './shard';
import type { RowStorage } from './storage';

/** Asks for the checkpoints of an owner; gives whether a shard's is, in PostgreSQL, as the shard left it. */
export async function checkpointsOf(owner: string, storage: RowStorage): Promise<(shard: Shard) => boolean> {
  const rows = await storage.query({
    text: `select c.projection, c.generation, c.partition, q.party, coalesce(q.position, c.position)::text
           from projecting.checkpoints c
           cross join lateral (
             select null as party, null::bigint as position union all
             select party, position from projecting.quarantined q
             where (q.projection, q.generation) = (c.projection, c.generation)
               and c.partition in (q.partition, ${WHOLE})) q
           where c.owner = $1 and c.state = 'live'`,
    values: [owner],
  });
  const positions = new Map<string, unknown>();
  const leftOut = new Map<string, unknown[]>();
  for (const [projection, generation, partition, party, position] of rows) {
    const place = [projection, generation, partition].join(' ');
    positions.set(`${place} ${party ?? ''}`, position);
    if (party !== null) leftOut.set(place, [...(leftOut.get(place) ?? []), party]);
  }
  return ({ projection, generation, partition, party, durable, quarantined }) => {
    const place = [projection.name, generation.number, partition].join(' ');
    if (positions.get(`${place} ${party ?? ''}`) !== `${durable}`) return false;
    if (party !== undefined) return true;
    const its = leftOut.get(place) ?? [];
    return its.length === quarantined.size && its.every((one) => quarantined.has(one as string));
  };
}
