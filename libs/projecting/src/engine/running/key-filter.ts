const FIRST_CAPACITY = 50_000;
const GROWTH = 4;
const BITS_PER_KEY = 12;
const PROBES = 4;

/**
 * A growing Bloom filter. "Not added" is always right; "may have been added" is wrong about once in a hundred times. It
 * consists of layers, each larger than the one before, which keep that rate. About 2 bytes for each key.
 */
export class KeyFilter {
  private readonly layers: { readonly words: Uint32Array; readonly capacity: number; keys: number }[] = [];

  add(key: string): void {
    const [first, step] = hashes(key);
    if (this.holds(first, step)) return;
    let layer = this.layers.at(-1);
    if (!layer || layer.keys >= layer.capacity) {
      const capacity = layer ? layer.capacity * GROWTH : FIRST_CAPACITY;
      layer = { words: new Uint32Array(Math.ceil((capacity * BITS_PER_KEY) / 32)), capacity, keys: 0 };
      this.layers.push(layer);
    }
    for (let i = 0; i < PROBES; i++) {
      const bit = probe(first, step, i, layer.words.length * 32);
      layer.words[bit >>> 5] = (layer.words[bit >>> 5] as number) | (1 << (bit & 31));
    }
    layer.keys += 1;
  }

  mayHold(key: string): boolean {
    if (this.layers.length === 0) return false;
    return this.holds(...hashes(key));
  }

  private holds(first: number, step: number): boolean {
    return this.layers.some(({ words }) => {
      for (let i = 0; i < PROBES; i++) {
        const bit = probe(first, step, i, words.length * 32);
        if (((words[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false;
      }
      return true;
    });
  }
}

/** Double hashing: as many places as wanted from two hashes. */
const probe = (first: number, step: number, i: number, bits: number): number =>
  ((first + Math.imul(step, i)) >>> 0) % bits;

/** FNV-1a and a multiplicative hash of the same text; the step is odd, so that it reaches all places. */
function hashes(key: string): [first: number, step: number] {
  let first = 0x811c9dc5;
  let step = 0x9e3779b9;
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    first = Math.imul(first ^ unit, 0x01000193);
    step = Math.imul(step ^ unit, 0x85ebca6b);
    step ^= step >>> 13;
  }
  return [(first ^ (first >>> 15)) >>> 0, (step | 1) >>> 0];
}
