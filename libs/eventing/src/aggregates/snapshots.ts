import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { Aggregate, Message } from '@yoyaku/kernel';
import type { StoredEvent } from '../envelope/stored-event';
import { TooLargeToAppend } from '../store/errors';
import type { EventStore } from '../store/event-store';
import type { StreamState } from './stream-state';

const NONCE = 12;
const TAG = 16;
const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** The part of a stream's state that a snapshot holds. */
export interface KeptState<State>
  extends Pick<StreamState<State>, 'state' | 'revision' | 'position' | 'hash' | 'commandIds'> {
  /** Snapshots of earlier builds lack it: it is then read from the stream. */
  readonly createdAt?: StreamState<State>['createdAt'];
}

type Content = Omit<KeptState<unknown>, 'position'> & { readonly version: number; readonly position: string };

/** The stored form: base64 of nonce, deflated JSON encrypted with AES-256-GCM and bound to the stream, and tag. */
interface Box {
  readonly box: string;
}

export interface SnapshotOptions {
  /** 32 bytes. */
  readonly key: Buffer;
  /** Called with the reason when a snapshot is not used. The stream is then read from its beginning. */
  readonly onRefused: (stream: string, reason: string) => void;
  /** Called once for each stream whose snapshot is too large for the store. */
  readonly onTooLarge?: (stream: string) => void;
}

/**
 * Snapshots of long streams. They are not part of the hash chain, so they are encrypted: without the key, nobody who
 * can write to the store can make or read one. A snapshot is used only if its stream still holds the event after which
 * it was taken.
 */
export class Snapshots {
  private readonly tooLarge = new Set<string>();

  constructor(
    private readonly store: EventStore,
    private readonly options: SnapshotOptions,
  ) {}

  /** The stream's state at its last snapshot, if there is a valid one. */
  async read<State, C extends Message, E extends Message>(
    { snapshot }: Aggregate<State, C, E>,
    stream: string,
  ): Promise<(KeptState<State> & Pick<StreamState<State>, 'createdAt' | 'updatedAt'>) | undefined> {
    const stored = snapshot && (await this.store.readSnapshot(stream));
    if (!stored) return undefined;
    const opened = await this.open(stream, stored as Box).catch(() => undefined);
    if (!opened) return this.refuse(stream, 'it was not sealed with our key, or was altered');
    if (opened.version !== snapshot.version) return undefined;
    const { version: _, position, ...kept } = opened;
    const last = await this.eventAt(stream, kept.revision);
    if (last?.metadata.hash !== kept.hash) {
      return this.refuse(stream, 'its stream does not hold the event it was taken after');
    }
    const createdAt = kept.createdAt ?? (await this.eventAt(stream, 0))?.metadata.occurredAt ?? null;
    const state = kept.state as State;
    return { ...kept, state, position: BigInt(position), createdAt, updatedAt: last.metadata.occurredAt };
  }

  /** A snapshot that is too large is not stored, and reading that stream stays slow. */
  async write(stream: string, version: number, known: KeptState<unknown>): Promise<void> {
    const { state, revision, hash, commandIds, createdAt, position } = known;
    const content: Content = { version, state, revision, hash, commandIds, createdAt, position: String(position) };
    const plain = await deflate(JSON.stringify(content));
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.options.key, nonce).setAAD(Buffer.from(stream));
    const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    try {
      await this.store.writeSnapshot(stream, { box: sealed.toString('base64') } satisfies Box);
    } catch (error) {
      if (!(error instanceof TooLargeToAppend)) throw error;
      this.tellOfTooLarge(stream);
    }
  }

  private async open(stream: string, { box }: Box): Promise<Content> {
    const bytes = Buffer.from(box, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', this.options.key, bytes.subarray(0, NONCE))
      .setAAD(Buffer.from(stream))
      .setAuthTag(bytes.subarray(-TAG));
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
    return JSON.parse((await inflate(plain)).toString());
  }

  private async eventAt(stream: string, revision: number): Promise<StoredEvent | undefined> {
    for await (const event of this.store.readStream(stream, { from: revision, limit: 1 })) return event;
    return undefined;
  }

  private tellOfTooLarge(stream: string): void {
    if (this.tooLarge.has(stream)) return;
    this.tooLarge.add(stream);
    this.options.onTooLarge?.(stream);
  }

  private refuse(stream: string, reason: string): undefined {
    this.options.onRefused(stream, reason);
  }
}
