import { EventStoreUnavailable } from '@yoyaku/eventing';
import { isTransient, tryHolding } from '@yoyaku/postgres';
import type { Audit, Auditor } from './auditor';
import type { AuditProgress } from './progress';
import type { Verification, Verifications } from './verifications';

/** How often progress is written, in milliseconds; a cancellation is noticed as fast. */
const TELL_EVERY = 500;

class Cancelled extends Error {}

/** Runs verifications that were asked for: in the whole installation one at a time. */
export class VerificationRunner {
  constructor(
    private readonly verifications: Verifications,
    private readonly auditor: Auditor,
    private readonly databaseUrl: string,
  ) {}

  /** Whether anybody asked for one that has not ended yet. */
  async isWanted(): Promise<boolean> {
    return (await this.verifications.running()).length > 0;
  }

  /**
   * Runs those that are open, one after the other, unless another process is at it. One that a process left when it
   * died, or could not go on with since a server was away, begins anew the next time. Throws what keeps it from going
   * on, and the signal's reason.
   */
  async run(signal: AbortSignal): Promise<void> {
    await tryHolding({ url: this.databaseUrl, lock: 'yoyaku.audit-verification', signal }, async (held) => {
      for (const verification of await this.verifications.running()) await this.verify(verification, held);
    });
  }

  private async verify({ id, from }: Verification, held: AbortSignal): Promise<void> {
    if (!(await this.verifications.advance(id, null))) return;
    try {
      const audit = await this.telling(id, held, (onProgress, signal) =>
        this.auditor.verify({ fromLastCheckpoint: from === 'checkpoint', onProgress, signal }),
      );
      await this.verifications.done(id, audit);
    } catch (error) {
      if (error instanceof Cancelled) return;
      if (held.aborted || error instanceof EventStoreUnavailable || isTransient(error)) throw error;
      await this.verifications.failed(id, error instanceof Error ? error.message : String(error));
    }
  }

  /** Writes now and then how far it is, and ends it by {@link Cancelled} when nobody wants to know any more. */
  private async telling(
    id: Verification['id'],
    held: AbortSignal,
    verify: (onProgress: (progress: AuditProgress) => void, signal: AbortSignal) => Promise<Audit>,
  ): Promise<Audit> {
    const cancelled = new AbortController();
    let latest: AuditProgress | null = null;
    const tell = async () => {
      if (!(await this.verifications.advance(id, latest))) cancelled.abort(new Cancelled());
    };
    const timer = setInterval(() => void tell().catch(() => {}), TELL_EVERY);
    const onProgress = (progress: AuditProgress) => {
      latest = progress;
    };
    try {
      const audit = await verify(onProgress, AbortSignal.any([held, cancelled.signal]));
      await tell();
      return audit;
    } finally {
      clearInterval(timer);
    }
  }
}
