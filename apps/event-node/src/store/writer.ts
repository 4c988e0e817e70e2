import { randomUUID } from 'node:crypto';
import { encodeEventFrame, type ProposedEvent, TOMBSTONE } from '../wire/event-frame';
import type { ExpectedRevision } from '../wire/write-requests';
import type { EventLog, LogEntry } from './event-log';
import { judgeWrite, type PastEvents } from './judge-write';
import type { EventPlace, RecentEvents } from './recent-events';
import {
  describedBy,
  isSoftDeleted,
  metadataStreamOf,
  parseMetadata,
  softDeletion,
  undeletion,
} from './stream-metadata';
import type { StreamState, StreamStates } from './stream-states';

type Change = { kind: 'append'; events: ProposedEvent[] } | { kind: 'soft-delete' } | { kind: 'tombstone' };

export interface Write {
  stream: string;
  expected: ExpectedRevision;
  change: Change;
}

export type Outcome =
  | { kind: 'written'; lastRevision: number; position: number }
  | { kind: 'wrong-expected-revision'; lastRevision: number }
  | { kind: 'stream-deleted' };

const NOTHING = Buffer.alloc(0);

const systemEvent = (type: '$metadata' | '$streamDeleted', data: Buffer): ProposedEvent => ({
  id: randomUUID(),
  type: Buffer.from(type),
  contentType: Buffer.from(data.length > 0 ? 'application/json' : 'application/octet-stream'),
  data,
  customMetadata: NOTHING,
});

/**
 * Turns writes into log entries, one group at a time. Each write sees those before it in the group; readers see the
 * group when it is stored.
 */
export class Writer {
  private readonly past: PastEvents = {
    recent: (id) => this.stagedEvents.get(id) ?? this.recent.get(id),
    positionAt: (stream, revision, id) => this.positionAt(stream, revision, id),
  };
  private entries: LogEntry[] = [];
  private stagedStates = new Map<string, StreamState>();
  private stagedEvents = new Map<string, EventPlace>();
  private position: number;
  /** How to take back what the write being staged put into the maps above. */
  private undo: (() => void)[] = [];

  constructor(
    private readonly log: EventLog,
    private readonly states: StreamStates,
    private readonly recent: RecentEvents,
  ) {
    this.position = log.end;
  }

  /** Bytes that the group takes so far. */
  get size(): number {
    return this.position - this.log.end;
  }

  /**
   * Adds a write to the group; its outcome holds once the group is stored. Throws when what it needs to know of the
   * past cannot be read; the group is then as it was before.
   */
  stage(write: Write): Outcome {
    const { position, entries } = this;
    const before = entries.length;
    this.undo = [];
    try {
      return this.judge(write);
    } catch (error) {
      for (const step of this.undo.reverse()) step();
      entries.length = before;
      this.position = position;
      throw error;
    }
  }

  /** Stores the group. When the disk refuses, rejects, and the writes of the group never were. */
  async commit(): Promise<void> {
    const { entries, stagedStates, stagedEvents } = this;
    this.entries = [];
    this.stagedStates = new Map();
    this.stagedEvents = new Map();
    try {
      await this.log.commit(entries);
      for (const [stream, state] of stagedStates) this.states.set(stream, state);
      for (const [id, place] of stagedEvents) this.recent.add(id, place);
    } finally {
      this.position = this.log.end;
    }
  }

  private judge({ stream, expected, change }: Write): Outcome {
    const state = this.state(stream);
    const ids = change.kind === 'append' ? change.events.map(({ id }) => id) : [randomUUID()];
    const verdict = judgeWrite(stream, state, expected, ids, this.past, () => this.hasMetadata(stream));
    if (verdict.kind === 'wrong-expected-revision') return { kind: verdict.kind, lastRevision: state.lastRevision };
    if (verdict.kind === 'stream-deleted') return verdict;
    if (verdict.kind === 'repeated') {
      return { kind: 'written', lastRevision: verdict.revision, position: verdict.position };
    }
    if (change.kind === 'append') return this.append(stream, change.events);
    if (change.kind === 'tombstone') return this.tombstone(stream);
    return this.writeMetadata(stream, softDeletion());
  }

  private append(stream: string, events: ProposedEvent[]): Outcome {
    const { lastRevision, metadata } = this.state(stream);
    const outcome = this.place(stream, lastRevision + 1, events);
    if (isSoftDeleted(metadata)) this.writeMetadata(stream, undeletion(metadata, lastRevision + 1));
    const described = describedBy(stream);
    const last = events.at(-1);
    const describesEvents = described !== undefined && describedBy(described) === undefined;
    if (describesEvents && last) this.applyMetadata(described, last);
    return outcome;
  }

  /** A stream's metadata is deleted with it. */
  private tombstone(stream: string): Outcome {
    const metadataStream = metadataStreamOf(stream);
    this.replace(this.stagedStates, metadataStream, { ...this.state(metadataStream), lastRevision: TOMBSTONE });
    return this.place(stream, TOMBSTONE, [systemEvent('$streamDeleted', NOTHING)]);
  }

  /** Metadata written to a soft-deleted stream brings the stream back, empty. */
  private applyMetadata(stream: string, { data }: ProposedEvent): void {
    const { lastRevision, metadata: before } = this.state(stream);
    const metadata = parseMetadata(data);
    this.replace(this.stagedStates, stream, { lastRevision, metadata });
    if (isSoftDeleted(before)) this.writeMetadata(stream, undeletion(metadata, lastRevision + 1));
  }

  private writeMetadata(stream: string, data: Buffer): Outcome {
    const metadataStream = metadataStreamOf(stream);
    const revision = this.state(metadataStream).lastRevision + 1;
    const outcome = this.place(metadataStream, revision, [systemEvent('$metadata', data)]);
    this.replace(this.stagedStates, stream, { ...this.state(stream), metadata: parseMetadata(data) });
    return outcome;
  }

  private place(stream: string, firstRevision: number, events: ProposedEvent[]): Outcome {
    const name = Buffer.from(stream);
    const created = Date.now();
    // An append without events is answered with the position of the event before it.
    let position = this.entries.at(-1)?.position ?? this.log.last;
    let revision = firstRevision - 1;
    for (const event of events) {
      revision++;
      position = this.position;
      const frame = encodeEventFrame(event, { stream: name, revision, position, created });
      this.entries.push({ stream, revision, position, frame });
      this.replace(this.stagedEvents, event.id, { stream, revision, position });
      this.position += frame.length;
    }
    this.replace(this.stagedStates, stream, { ...this.state(stream), lastRevision: revision });
    return { kind: 'written', lastRevision: revision, position };
  }

  private replace<Value>(staged: Map<string, Value>, key: string, value: Value): void {
    const before = staged.get(key);
    this.undo.push(() => (before === undefined ? staged.delete(key) : staged.set(key, before)));
    staged.set(key, value);
  }

  private positionAt(stream: string, revision: number, id: string): number | undefined {
    const staged = this.stagedEvents.get(id);
    if (staged?.stream === stream && staged.revision === revision) return staged.position;
    const position = this.log.positionOf(stream, revision);
    if (position === undefined) return undefined;
    return this.log.factsAt(position).id === id ? position : undefined;
  }

  private state(stream: string): StreamState {
    return this.stagedStates.get(stream) ?? this.states.get(stream);
  }

  private hasMetadata(stream: string): boolean {
    return this.state(metadataStreamOf(stream)).lastRevision >= 0;
  }
}
