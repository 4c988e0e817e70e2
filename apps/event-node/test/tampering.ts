import { cp } from 'node:fs/promises';
import { type Database, open, type RootDatabase } from 'lmdb';
import { decodeEventFrame, type EventFacts } from '../src/wire/event-frame';

/** An event as the event-node keeps it. */
export interface KeptEvent extends Pick<EventFacts, 'stream' | 'revision' | 'type'> {
  readonly position: number;
  readonly frame: Buffer;
}

/** The data of a stopped event-node, in the hands of somebody who knows how it is kept. */
export class Tampering {
  private readonly root: RootDatabase;
  /** Position → event. */
  private readonly events: Database<Buffer, number>;
  /** Stream and revision → position; the latest events are not in it yet. */
  private readonly streams: Database<number, [string, number]>;

  private constructor(folder: string) {
    this.root = open({ path: folder, noSubdir: false, maxDbs: 2 });
    this.events = this.root.openDB({ name: 'events', encoding: 'binary' });
    this.streams = this.root.openDB({ name: 'streams', encoding: 'ordered-binary' });
  }

  /** Does that to the data in the folder. */
  static async with(folder: string, change: (tampering: Tampering) => Promise<unknown>): Promise<void> {
    const tampering = new Tampering(folder);
    await change(tampering);
    await tampering.root.close();
  }

  static copy = (from: string, to: string): Promise<void> => cp(from, to, { recursive: true });

  /** In the order of the whole store; system events too. */
  all(): KeptEvent[] {
    return [...this.events.getRange()].map(({ key, value }) => {
      const { stream, revision, type } = decodeEventFrame(value);
      return { position: key, stream, revision, type, frame: Buffer.from(value) };
    });
  }

  async remove({ position, stream, revision }: KeptEvent): Promise<void> {
    await this.events.remove(position);
    await this.streams.remove([stream, revision]);
  }

  /** One byte becomes another. */
  async flip({ position, frame }: KeptEvent, at: number): Promise<void> {
    const bytes = Buffer.from(frame);
    bytes.writeUInt8((bytes.readUInt8(at) + 1) % 256, at);
    await this.events.put(position, bytes);
  }
}
