import { EventStoreUnavailable } from '@yoyaku/eventing';
import { sleep } from '@yoyaku/kernel';
import { isTransient, tryHolding } from '@yoyaku/postgres';
import type { Audit, Auditor } from './auditor';
import type { AuditProgress } from './progress';
import type { Verification, Verifications } from './verifications';

/** Milliseconds from one write of the progress to the next. A write also shows whether the verification was cancelled. */
const PROGRESS_EVERY = 500;

class Cancelled extends Error {}

/** Runs the verifications that were requested, one at a time in the whole installation. */
export class VerificationRunner {
  constructor(
    private readonly verifications: Verifications,
    private readonly auditor: Auditor,
    private readonly databaseUrl: string,
  ) {}

  /** Whether a requested verification has not ended yet. */
  async isWanted(): Promise<boolean> {
    return (await this.verifications.running()).length > 0;
  }

  /**
   * Runs the open verifications one after the other, unless another process does. One that was interrupted, because a
   * process died or a server was down, starts again the next time. Throws the error that interrupts it, and the
   * signal's reason.
   */
  async run(signal: AbortSignal): Promise<void> {
    await tryHolding({ url: this.databaseUrl, lock: 'yoyaku.audit-verification', signal }, async (held) => {
      for (const verification of await this.verifications.running()) await this.verify(verification, held);
    });
  }

  private async verify({ id, from }: Verification, held: AbortSignal): Promise<void> {
    if (!(await this.verifications.advance(id, null))) return;
    try {
      const audit = await this.withProgress(id, held, (onProgress, signal) =>
        this.auditor.verify({ fromLastCheckpoint: from === 'checkpoint', onProgress, signal }),
      );
      await this.verifications.done(id, audit);
    } catch (error) {
      if (error instanceof Cancelled) return;
      if (held.aborted || error instanceof EventStoreUnavailable || isTransient(error)) throw error;
      await this.verifications.failed(id, error instanceof Error ? error.message : String(error));
    }
  }

  /** Writes the progress at intervals, and stops the verification with {@link Cancelled} when it was cancelled. */
  private async withProgress(
    id: Verification['id'],
    held: AbortSignal,
    verify: (onProgress: (progress: AuditProgress) => void, signal: AbortSignal) => Promise<Audit>,
  ): Promise<Audit> {
    const cancelled = new AbortController();
    let latest: AuditProgress | null = null;
    const writeProgress = async () => {
      if (!(await this.verifications.advance(id, latest))) cancelled.abort(new Cancelled());
    };
    const ended = new AbortController();
    // One write after the other, the last one too: an older count must not replace a newer one.
    const writing = (async () => {
      while (!ended.signal.aborted) {
        await sleep(PROGRESS_EVERY, { signal: ended.signal });
        if (!ended.signal.aborted) await writeProgress().catch(() => {});
      }
    })();
    const onProgress = (progress: AuditProgress) => {
      latest = progress;
    };
    try {
      const audit = await verify(onProgress, AbortSignal.any([held, cancelled.signal]));
      ended.abort();
      await writing;
      await writeProgress();
      return audit;
    } finally {
      ended.abort();
    }
  }
}
