/** Limit of kept positions. Those that are dropped are announced again by the waiting query. */
const MOST = 64;

/** Positions of one shard that queries wait for. */
export class Wanted {
  private readonly positions = new Set<bigint>();

  /** Where there are too many, those that will be reached last are not kept. */
  add(position: bigint): void {
    this.positions.add(position);
    if (this.positions.size > MOST) this.positions.delete([...this.positions].reduce((a, b) => (a > b ? a : b)));
  }

  /** Whether anybody waits for that position, or one before it. */
  includes(reached: bigint): boolean {
    for (const position of this.positions) if (position <= reached) return true;
    return false;
  }

  /** Removes the positions up to that one, whose queries were notified. */
  answered(reached: bigint): void {
    for (const position of this.positions) if (position <= reached) this.positions.delete(position);
  }
}
