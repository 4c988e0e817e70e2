/** The greater one; `Math.max` knows no bigint. */
export const furthest = (...positions: readonly bigint[]): bigint =>
  positions.reduce((most, position) => {
    if (most < position) return position;
    return most;
  });

/** The smallest one, or undefined of none. */
export const rearmost = (positions: Iterable<bigint>): bigint | undefined => {
  let least: bigint | undefined;
  for (const position of positions) if (least === undefined || position < least) least = position;
  return least;
};
