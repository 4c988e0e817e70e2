/** NOTIFY: a query waits for positions; payload `PartitionPosition[]`. */
export const WANTED = 'projecting_wanted';
/** NOTIFY: checkpoints that queries waited for have been reached; payload `PartitionPosition[]`. */
export const REACHED = 'projecting_reached';
/** NOTIFY: workers, projections, the current generation or quarantined tenants have changed; no payload. */
export const CHANGED = 'projecting_changed';

export type PartitionPosition = readonly [projection: string, partition: number, position: string];

/** Places of one message: PostgreSQL takes less than 8,000 bytes of it. */
export const POSITIONS_AT_ONCE = 50;

/** Splits places over as many messages as they need. */
export const messagesOf = (places: readonly PartitionPosition[]): string[] =>
  Array.from({ length: Math.ceil(places.length / POSITIONS_AT_ONCE) }, (_, i) =>
    JSON.stringify(places.slice(i * POSITIONS_AT_ONCE, (i + 1) * POSITIONS_AT_ONCE)),
  );

/** Parses a message. Anybody may send to a channel, so a message of another form is ignored. */
export function positionsIn(message: string): PartitionPosition[] {
  try {
    const places: unknown = JSON.parse(message);
    return Array.isArray(places) ? places.filter(isPartitionPosition) : [];
  } catch {
    return [];
  }
}

const isPartitionPosition = (place: unknown): place is PartitionPosition =>
  Array.isArray(place) &&
  typeof place[0] === 'string' &&
  Number.isInteger(place[1]) &&
  typeof place[2] === 'string' &&
  /^\d{1,19}$/.test(place[2]);
