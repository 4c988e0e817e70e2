/**
 * That pure function, keeping what it answered. Where it has kept the most that it may, it forgets all of it and begins
 * anew: for answers that are cheap to find again, and of which the same few are asked for.
 */
export function remembered<Key, Value>(compute: (key: Key) => Value, most: number): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key);
    if (value !== undefined) return value;
    if (known.size >= most) known.clear();
    const computed = compute(key);
    known.set(key, computed);
    return computed;
  };
}
