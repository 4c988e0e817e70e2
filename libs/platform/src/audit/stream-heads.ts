import { hash } from 'node:crypto';

const NAME_BYTES = 16;
const HASH_BYTES = 32;
const ENTRY_BYTES = NAME_BYTES + HASH_BYTES;
const ENTRIES_PER_BLOCK = 65_536;
/** The table is doubled when more than this part of its places is taken. */
const MAX_LOAD = 0.7;
const FREE = -1;

/**
 * The last revision and hash of each of millions of streams, in some 60 bytes a stream. It is a hash table in buffers,
 * because a Map of names would take six times as much memory. 128 bits of the name's SHA-256 identify a stream.
 */
export class StreamHeads {
  private readonly blocks: Buffer[] = [];
  private revisions = new Float64Array(ENTRIES_PER_BLOCK);
  private places = new Int32Array(2 * ENTRIES_PER_BLOCK).fill(FREE);
  private count = 0;

  /** Number of streams. */
  get size(): number {
    return this.count;
  }

  /** The stream's number, with which its head is read and moved. A new stream is at revision −1. */
  numberOf(stream: string): number {
    const name = nameOf(stream);
    const { number, place } = this.find(name);
    return number === FREE ? this.add(name, place) : number;
  }

  /** Whether an event of the stream was seen. */
  has(stream: string): boolean {
    const number = this.find(nameOf(stream)).number;
    return number !== FREE && this.revisionOf(number) >= 0;
  }

  /** −1 before its first event. */
  revisionOf(number: number): number {
    return this.revisions[number] as number;
  }

  /** In hex; null before its first event. */
  hashOf(number: number): string | null {
    if (this.revisionOf(number) < 0) return null;
    const at = offsetOf(number) + NAME_BYTES;
    return this.blockOf(number).toString('hex', at, at + HASH_BYTES);
  }

  /** The hash is SHA-256 in hex. */
  move(number: number, revision: number, sha256: string): void {
    this.revisions[number] = revision;
    this.blockOf(number).write(sha256, offsetOf(number) + NAME_BYTES, HASH_BYTES, 'hex');
  }

  /** The number, or {@link FREE}, and its place. */
  private find(name: Buffer): { number: number; place: number } {
    const mask = this.places.length - 1;
    for (let place = name.readUInt32LE() & mask; ; place = (place + 1) & mask) {
      const number = this.places[place] as number;
      if (number === FREE) return { number, place };
      const at = offsetOf(number);
      if (name.compare(this.blockOf(number), at, at + NAME_BYTES) === 0) return { number, place };
    }
  }

  private add(name: Buffer, place: number): number {
    const number = this.count;
    this.count += 1;
    if (number % ENTRIES_PER_BLOCK === 0) this.blocks.push(Buffer.allocUnsafeSlow(ENTRIES_PER_BLOCK * ENTRY_BYTES));
    if (number === this.revisions.length) this.revisions = doubled(this.revisions);
    name.copy(this.blockOf(number), offsetOf(number));
    this.revisions[number] = -1;
    this.places[place] = number;
    if (this.count > this.places.length * MAX_LOAD) this.grow();
    return number;
  }

  /** Doubles the number of places. */
  private grow(): void {
    const places = new Int32Array(2 * this.places.length).fill(FREE);
    const mask = places.length - 1;
    for (let number = 0; number < this.count; number++) {
      let place = this.blockOf(number).readUInt32LE(offsetOf(number)) & mask;
      while (places[place] !== FREE) place = (place + 1) & mask;
      places[place] = number;
    }
    this.places = places;
  }

  private blockOf(number: number): Buffer {
    return this.blocks[Math.floor(number / ENTRIES_PER_BLOCK)] as Buffer;
  }
}

const nameOf = (stream: string): Buffer => hash('sha256', stream, 'buffer').subarray(0, NAME_BYTES);

const offsetOf = (number: number): number => (number % ENTRIES_PER_BLOCK) * ENTRY_BYTES;

function doubled(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(2 * numbers.length);
  more.set(numbers);
  return more;
}
