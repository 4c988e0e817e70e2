import { type EventStore } from '@yoyaku/eventing';
import type { Instant } from '@yoyaku/kernel';
import type { Checkpoints } from './checkpoints';
import { BEGINNING, type HistoryMark } from './history-mark';
import { HistoryReading } from './history-reading';
import { type AuditProgress, progressMeter } from './progress';
import { type Proof, prove } from './proof';
import type { SignedCheckpoint, SigningKey } from './signing-key';
import { type EventPlace } from './stream-harm';
import { type Verified, type VerifyOptions, verifyHistory } from './verify-history';
import { firstMissing, type Witness } from './witness';

export interface Audit {
  readonly ok: boolean;
  readonly streams: number;
  readonly events: number;
  /**
   * Where history was altered: the altered event, or the first one known to be missing. It may be null although history
   * is broken, when nobody knows which event was there: before `brokenCheckpoint`, or right after `position`.
   */
  readonly brokenAt: EventPlace | null;
  /** Position of the first checkpoint that does not match history, or that has a wrong signature. */
  readonly brokenCheckpoint: bigint | null;
  /** The position up to which history was verified. */
  readonly position: bigint;
  readonly checkpoints: number;
  /** Position of the last event that the witness saw; null if it saw none. */
  readonly witnessedTo: bigint | null;
}

export interface AuditOptions {
  /** Trust the last checkpoint and verify what follows. Otherwise verify everything from the first event on. */
  readonly fromLastCheckpoint?: boolean;
  /** Called after every thousand events and after the last one. */
  readonly onProgress?: (progress: AuditProgress) => void;
  /** When it aborts, its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** History is not what was appended. The message says where. */
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

/** Proves that history is what was appended, or tells where it is not. */
export class Auditor {
  constructor(
    private readonly store: EventStore,
    private readonly checkpoints: Checkpoints,
    private readonly key: SigningKey,
    private readonly witness: Witness,
  ) {}

  /** Reads all events and compares them with their hash chains, the signed checkpoints and the witness. */
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

  /**
   * Proves that the event at that position belongs to the history that was signed; see {@link prove} for what it
   * throws.
   */
  prove(position: bigint): Promise<Proof> {
    const { store, checkpoints, key } = this;
    return prove(position, { store, checkpoints, key });
  }

  /** The last signed checkpoint, if there is one. */
  lastSigned(): Promise<SignedCheckpoint | undefined> {
    return this.checkpoints.last();
  }

  /**
   * Verifies the events since the last checkpoint and signs a new one; undefined if there are none. If history is
   * broken it signs nothing and throws {@link BrokenHistory}.
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
    // Before the store is read, so that every event which the witness has seen must be in the store.
    const witnessed = await this.witness.lastPosition();
    const reading = new HistoryReading(this.store, positionOf(from));
    const verified = await verifyHistory(reading.events(), { from, expected: checkpoints, ...options });
    const { damagedAfter } = reading;
    // Events after the damage were not read, so checkpoints after it cannot be compared.
    const lostBefore = damagedAfter === undefined ? verified.lostBefore : null;
    const brokenAt = verified.brokenAt ?? (await this.missing(from, checkpoints, lostBefore, damagedAfter, witnessed));
    const isWhole = !brokenAt && !lostBefore && damagedAfter === undefined;
    return { ...verified, lostBefore, brokenAt, isWhole, witnessedTo: witnessed ?? null };
  }

  /**
   * The first event that the witness knows and the store has lost. It is searched where the store is damaged, or before
   * the checkpoint that does not match, or else after the last checkpoint, where nothing is signed yet.
   */
  private async missing(
    from: HistoryMark,
    checkpoints: readonly HistoryMark[],
    lostBefore: HistoryMark | null,
    damagedAfter: bigint | undefined,
    witnessed: bigint | undefined,
  ): Promise<EventPlace | null> {
    if (witnessed === undefined) return null;
    if (damagedAfter !== undefined)
      return firstMissing(this.witness.eventsBetween(damagedAfter, witnessed), noEvents());
    const before = (position: bigint) => checkpoints.findLast((checkpoint) => checkpoint.position < position);
    const trusted = (lostBefore ? before(lostBefore.position) : checkpoints.at(-1)) ?? from;
    const upTo = lostBefore?.position ?? witnessed;
    if (upTo <= trusted.position) return null;
    const stored = this.store.readAll({ after: positionOf(trusted) });
    return firstMissing(this.witness.eventsBetween(trusted.position, upTo), stored);
  }
}

const positionOf = (mark: HistoryMark): bigint | undefined => (mark.events === 0 ? undefined : mark.position);

async function* noEvents(): AsyncGenerator<never> {}
