/** Of a message on the wire: whether it is compressed, and its length. */
const PREFIX_SIZE = 5;

export class FramingError extends Error {}

/** Cuts what comes over the wire into messages, which share its memory where they can. */
export class MessageDecoder {
  private chunks: Buffer[] = [];
  private buffered = 0;
  private needed = PREFIX_SIZE;

  constructor(private readonly largest: number) {}

  /** The messages completed by the chunk. Throws {@link FramingError}. */
  write(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    const messages: Buffer[] = [];
    if (this.buffered < this.needed) return messages;
    const bytes = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks, this.buffered);
    let offset = 0;
    for (;;) {
      this.needed = PREFIX_SIZE;
      if (bytes.length - offset < PREFIX_SIZE) break;
      if (bytes[offset] !== 0) throw new FramingError('compressed messages are not supported');
      const length = bytes.readUInt32BE(offset + 1);
      if (length > this.largest) throw new FramingError(`message of ${length} bytes, the limit is ${this.largest}`);
      this.needed = PREFIX_SIZE + length;
      if (bytes.length - offset < this.needed) break;
      messages.push(bytes.subarray(offset + PREFIX_SIZE, offset + this.needed));
      offset += this.needed;
    }
    this.chunks = offset < bytes.length ? [bytes.subarray(offset)] : [];
    this.buffered = bytes.length - offset;
    return messages;
  }
}

/** Joins messages, each with its prefix, into what goes over the wire at once. */
export function encodeMessages(messages: readonly Buffer[]): Buffer {
  let size = 0;
  for (const message of messages) size += PREFIX_SIZE + message.length;
  const bytes = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const message of messages) {
    bytes[offset] = 0;
    bytes.writeUInt32BE(message.length, offset + 1);
    bytes.set(message, offset + PREFIX_SIZE);
    offset += PREFIX_SIZE + message.length;
  }
  return bytes;
}
