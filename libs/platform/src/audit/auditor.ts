import { type EventStore } from '@yoyaku/eventing';
import type { Instant } from '@yoyaku/kernel';
import type { Checkpoints } from './checkpoints';
import { BEGINNING, type HistoryMark } from './history-mark';
import { HistoryReading } from './history-reading';
import { type AuditProgress, progressMeter } from './progress';
import { type Proof, prove } from './proof';
import type { SignedCheckpoint, SigningKey } from './signing-key';
import { type Place } from './stream-harm';
import { type Verified, type VerifyOptions, verifyHistory } from './verify-history';
import { firstMissing, type Witness } from './witness';

export interface Audit {
  readonly ok: boolean;
  readonly streams: number;
  readonly events: number;
  /**
   * Where history was altered: the event itself, or the first one known to be missing. Null, though it is not ok, when
   * nobody knows what stood there: in front of `brokenCheckpoint`, or right behind `position`.
   */
  readonly brokenAt: Place | null;
  /** Position of the first checkpoint that history does not lead to, or whose signature is not ours. */
  readonly brokenCheckpoint: bigint | null;
  /** How far it was verified. */
  readonly position: bigint;
  readonly checkpoints: number;
  /** How far the witness saw events, all of which are there; null where it saw none. */
  readonly witnessedTo: bigint | null;
}

export interface AuditOptions {
  /** Trust the last checkpoint and go on from there; otherwise everything, from the first event. */
  readonly fromLastCheckpoint?: boolean;
  /** Told how far it is, after every thousand events and after the last. */
  readonly onProgress?: (progress: AuditProgress) => void;
  /** Throws its reason once it aborts. */
  readonly signal?: AbortSignal;
}

/** History is not what was appended; it says where. */
export class BrokenHistory extends Error {
  override readonly name = 'BrokenHistory';
  constructor(where: string) {
    super(`History is broken: ${where}`);
  }
}

interface Examined extends Verified {
  readonly isWhole: boolean;
  readonly witnessedTo: bigint | null;
}

/** Proves that history is what was appended, or names where it is not. */
export class Auditor {
  constructor(
    private readonly store: EventStore,
    private readonly checkpoints: Checkpoints,
    private readonly key: SigningKey,
    private readonly witness: Witness,
  ) {}

  /** Reads the events and holds them against their chains, the signed checkpoints and the witness. */
  async verify({ fromLastCheckpoint = false, onProgress, signal }: AuditOptions = {}): Promise<Audit> {
    const checkpoints = await this.checkpoints.all();
    const forged = checkpoints.find((checkpoint) => !this.key.verify(checkpoint));
    const from = fromLastCheckpoint && !forged ? (checkpoints.at(-1) ?? BEGINNING) : BEGINNING;
    const measure = onProgress && progressMeter(from, await this.store.head());
    const onMark = measure && ((mark: HistoryMark) => onProgress(measure(mark)));
    const examined = await this.examine(from, checkpoints, { onProgress: onMark, signal });
    const { mark, streams, brokenAt, lostBefore, isWhole, witnessedTo } = examined;
    return {
      ok: isWhole && !forged,
      streams,
      events: mark.events,
      brokenAt,
      brokenCheckpoint: forged?.position ?? lostBefore?.position ?? null,
      position: mark.position,
      checkpoints: checkpoints.length,
      witnessedTo,
    };
  }

  /** Proves that the event at that position belongs to the history that was signed; see {@link prove} for what it throws. */
  prove(position: bigint): Promise<Proof> {
    const { store, checkpoints, key } = this;
    return prove(position, { store, checkpoints, key });
  }

  /** The last moment at which history was signed; undefined: never. */
  lastSigned(): Promise<SignedCheckpoint | undefined> {
    return this.checkpoints.last();
  }

  /**
   * Verifies what came since the last checkpoint and signs a new one; nothing when nothing came. Throws
   * {@link BrokenHistory} rather than sign.
   */
  async takeCheckpoint(takenAt: Instant): Promise<SignedCheckpoint | undefined> {
    const last = await this.checkpoints.last();
    if (last && !this.key.verify(last)) throw new BrokenHistory(`the checkpoint at ${last.position} is not ours`);
    const from = last ?? BEGINNING;
    const { mark, brokenAt, isWhole } = await this.examine(from, []);
    if (brokenAt) throw new BrokenHistory(`${brokenAt.stream} at revision ${brokenAt.revision}`);
    if (!isWhole) throw new BrokenHistory(`what follows position ${mark.position} cannot be read`);
    if (mark.events === from.events) return undefined;
    const { position, events: count, hash } = mark;
    const checkpoint = this.key.sign({ position, events: count, hash, takenAt });
    await this.checkpoints.add(checkpoint);
    return checkpoint;
  }

  private async examine(
    from: HistoryMark,
    checkpoints: readonly HistoryMark[],
    options: VerifyOptions = {},
  ): Promise<Examined> {
    // Asked first: whatever it has seen by now is in the store, or was.
    const seen = await this.witness.seen();
    const reading = new HistoryReading(this.store, positionOf(from));
    const verified = await verifyHistory(reading.events(), { from, expected: checkpoints, ...options });
    const { damagedAfter } = reading;
    // What comes behind the damage was not read, so it says nothing of the checkpoints.
    const lostBefore = damagedAfter === undefined ? verified.lostBefore : null;
    const brokenAt = verified.brokenAt ?? (await this.missing(from, checkpoints, lostBefore, damagedAfter, seen));
    const isWhole = !brokenAt && !lostBefore && damagedAfter === undefined;
    return { ...verified, lostBefore, brokenAt, isWhole, witnessedTo: seen ?? null };
  }

  /**
   * The first event that the witness knows and the store has no longer: where it is damaged, in front of the checkpoint
   * that history does not lead to, or else behind the last one, for which no signature stands yet.
   */
  private async missing(
    from: HistoryMark,
    checkpoints: readonly HistoryMark[],
    lostBefore: HistoryMark | null,
    damagedAfter: bigint | undefined,
    seen: bigint | undefined,
  ): Promise<Place | null> {
    if (seen === undefined) return null;
    if (damagedAfter !== undefined) return firstMissing(this.witness.eventsBetween(damagedAfter, seen), nothing());
    const before = (position: bigint) => checkpoints.findLast((checkpoint) => checkpoint.position < position);
    const sound = (lostBefore ? before(lostBefore.position) : checkpoints.at(-1)) ?? from;
    const upTo = lostBefore?.position ?? seen;
    if (upTo <= sound.position) return null;
    const stored = this.store.readAll({ after: positionOf(sound) });
    return firstMissing(this.witness.eventsBetween(sound.position, upTo), stored);
  }
}

const positionOf = (mark: HistoryMark): bigint | undefined => (mark.events === 0 ? undefined : mark.position);

async function* nothing(): AsyncGenerator<never> {}
