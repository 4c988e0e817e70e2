import { BEGINNING, type EventStore, verifyHistory } from '@yoyaku/eventing';
import type { Instant } from '@yoyaku/kernel';
import type { Checkpoints } from './checkpoints';
import { type Proof, prove } from './proof';
import type { SignedCheckpoint, SigningKey } from './signing-key';

/** Which event is known, from elsewhere, to stand between two positions (the first excluded) of the history. */
export interface Witness {
  eventsBetween(
    after: bigint,
    upTo: bigint,
  ): AsyncIterable<{ readonly id: string; readonly stream: string; readonly revision: number }>;
}

export interface Audit {
  readonly ok: boolean;
  readonly streams: number;
  readonly events: number;
  /** Where history was altered: the event itself, or the first one known to be missing. */
  readonly brokenAt: { readonly stream: string; readonly revision: number } | null;
  /** Position of the first checkpoint that history does not lead to, or whose signature is not ours. */
  readonly brokenCheckpoint: bigint | null;
  /** How far it was verified. */
  readonly position: bigint;
  readonly checkpoints: number;
}

export interface AuditOptions {
  /** Trust the last checkpoint and go on from there; otherwise everything, from the first event. */
  readonly fromLastCheckpoint?: boolean;
  readonly onProgress?: (events: number) => void;
}

/** History is not what was appended; it says where. */
export class BrokenHistory extends Error {
  override readonly name = 'BrokenHistory';
  constructor(where: string) {
    super(`History is broken: ${where}`);
  }
}

/** Proves that history is what was appended, or names where it is not. */
export class Auditor {
  constructor(
    private readonly store: EventStore,
    private readonly checkpoints: Checkpoints,
    private readonly key: SigningKey,
    private readonly witness: Witness,
  ) {}

  /** Reads the events and holds them against their chains and the signed checkpoints. */
  async verify({ fromLastCheckpoint = false, onProgress }: AuditOptions = {}): Promise<Audit> {
    const checkpoints = await this.checkpoints.all();
    const forged = checkpoints.find((checkpoint) => !this.key.verify(checkpoint));
    const from = fromLastCheckpoint && !forged ? (checkpoints.at(-1) ?? BEGINNING) : BEGINNING;
    const events = this.store.readAll(from === BEGINNING ? {} : { after: from.position });
    const verified = await verifyHistory(events, { from, expected: checkpoints, onProgress });
    const { mark, streams, lostBefore } = verified;
    const brokenAt = verified.brokenAt ?? (lostBefore && (await this.missingBefore(lostBefore, checkpoints)));
    return {
      ok: !brokenAt && !lostBefore && !forged,
      streams,
      events: mark.events,
      brokenAt,
      brokenCheckpoint: forged?.position ?? lostBefore?.position ?? null,
      position: mark.position,
      checkpoints: checkpoints.length,
    };
  }

  /** Proves that the event at that position belongs to the history that was signed; see {@link prove} for what it throws. */
  prove(position: bigint): Promise<Proof> {
    const { store, checkpoints, key } = this;
    return prove(position, { store, checkpoints, key });
  }

  /** When history was signed last; undefined: never. */
  async lastSignedAt(): Promise<Instant | undefined> {
    return (await this.checkpoints.last())?.takenAt;
  }

  /**
   * Verifies what came since the last checkpoint and signs a new one; nothing when nothing came. Throws
   * {@link BrokenHistory} rather than sign.
   */
  async takeCheckpoint(takenAt: Instant): Promise<SignedCheckpoint | undefined> {
    const last = await this.checkpoints.last();
    if (last && !this.key.verify(last)) throw new BrokenHistory(`the checkpoint at ${last.position} is not ours`);
    const from = last ?? BEGINNING;
    const { mark, brokenAt } = await verifyHistory(this.store.readAll({ after: last?.position }), { from });
    if (brokenAt) throw new BrokenHistory(`${brokenAt.stream} at revision ${brokenAt.revision}`);
    if (mark.events === from.events) return undefined;
    const { position, events: count, hash } = mark;
    const checkpoint = this.key.sign({ position, events: count, hash, takenAt });
    await this.checkpoints.add(checkpoint);
    return checkpoint;
  }

  /** The first event that the witness knows and the store no longer has, between a checkpoint and the one before. */
  private async missingBefore(
    { position }: { readonly position: bigint },
    checkpoints: readonly SignedCheckpoint[],
  ): Promise<Audit['brokenAt']> {
    const after = checkpoints.findLast((checkpoint) => checkpoint.position < position)?.position ?? -1n;
    const stored = new Set<string>();
    for await (const event of this.store.readAll(after < 0n ? {} : { after })) {
      if (event.position > position) break;
      stored.add(event.id);
    }
    for await (const { id, stream, revision } of this.witness.eventsBetween(after, position)) {
      if (!stored.has(id)) return { stream, revision };
    }
    return null;
  }
}
