/**
 * The part of the protobuf wire format that the hot messages need. The generated classes build an object and an array
 * per nested message, which costs several times the work of the append itself.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

export class MalformedMessage extends Error {}

/** Reads one message field by field; slices share the memory of the message. */
export class WireReader {
  private wireType = VARINT;

  constructor(
    private readonly buffer: Buffer,
    private offset = 0,
    private readonly end = buffer.length,
  ) {}

  /** The number of the next field, 0 at the end of the message. Read or {@link skip} its value before the next call. */
  field(): number {
    if (this.offset >= this.end) return 0;
    const tag = this.varint();
    this.wireType = tag & 7;
    return tag >>> 3;
  }

  /** An unsigned integer; above 2^53 the lowest bits are lost. */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 10; i++) {
      if (this.offset >= this.end) throw new MalformedMessage('message ends within a number');
      const byte = this.buffer[this.offset++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new MalformedMessage('number longer than 64 bits');
  }

  /** An integer of 64 bits, exactly. */
  varint64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.offset >= this.end) throw new MalformedMessage('message ends within a number');
      const byte = this.buffer[this.offset++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new MalformedMessage('number longer than 64 bits');
  }

  bytes(): Buffer {
    const end = this.enter();
    const start = this.offset;
    this.offset = end;
    return this.buffer.subarray(start, end);
  }

  string(): string {
    const end = this.enter();
    const start = this.offset;
    this.offset = end;
    return this.buffer.toString('utf8', start, end);
  }

  message(): WireReader {
    const end = this.enter();
    const start = this.offset;
    this.offset = end;
    return new WireReader(this.buffer, start, end);
  }

  skip(): void {
    if (this.wireType === VARINT) this.varint();
    else if (this.wireType === LENGTH_DELIMITED) this.offset = this.enter();
    else if (this.wireType === FIXED64) this.offset += 8;
    else if (this.wireType === FIXED32) this.offset += 4;
    else throw new MalformedMessage(`unknown wire type ${this.wireType}`);
  }

  /** Where the length-delimited value at hand ends. */
  private enter(): number {
    if (this.wireType !== LENGTH_DELIMITED) throw new MalformedMessage('field is of another type');
    const length = this.varint();
    if (length > this.end - this.offset) throw new MalformedMessage('message ends within a field');
    return this.offset + length;
  }
}

/** Bytes that `value` takes as a varint. */
export function varintSize(value: number): number {
  let size = 1;
  while (value >= 128) {
    value = Math.floor(value / 128);
    size++;
  }
  return size;
}

/** Bytes that a length-delimited field (of number < 16) with so many bytes of content takes. */
export const fieldSize = (contentSize: number): number => 1 + varintSize(contentSize) + contentSize;

/** Writes into a buffer of exactly the size computed before. Field numbers are below 16. */
export class WireWriter {
  readonly buffer: Buffer;
  private offset = 0;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  varint(value: number): void {
    while (value >= 128) {
      this.buffer[this.offset++] = (value % 128) | 0x80;
      value = Math.floor(value / 128);
    }
    this.buffer[this.offset++] = value;
  }

  varintField(field: number, value: number): void {
    this.buffer[this.offset++] = (field << 3) | VARINT;
    this.varint(value);
  }

  /** A varint that is encoded already. */
  rawVarintField(field: number, encoded: Uint8Array): void {
    this.buffer[this.offset++] = (field << 3) | VARINT;
    this.buffer.set(encoded, this.offset);
    this.offset += encoded.length;
  }

  /** Opens a nested message of so many bytes; its fields follow. */
  open(field: number, contentSize: number): void {
    this.buffer[this.offset++] = (field << 3) | LENGTH_DELIMITED;
    this.varint(contentSize);
  }

  bytesField(field: number, content: Uint8Array): void {
    this.open(field, content.length);
    this.buffer.set(content, this.offset);
    this.offset += content.length;
  }

  asciiField(field: number, content: string): void {
    this.open(field, content.length);
    this.offset += this.buffer.write(content, this.offset, 'latin1');
  }
}

/** Joins the bytes of a length-delimited field: for messages that are small and not hot. */
export function field(number: number, content: Uint8Array | string): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const writer = new WireWriter(fieldSize(bytes.length));
  writer.bytesField(number, bytes);
  return writer.buffer;
}

export function numberField(number: number, value: number): Buffer {
  const writer = new WireWriter(1 + varintSize(value));
  writer.varintField(number, value);
  return writer.buffer;
}
