import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** For answers that go on for as long as the client likes: they must not keep the process from stopping. */
@Injectable()
export class Stopping implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  /** Aborts when the process is to stop. */
  readonly signal = this.stopping.signal;

  onModuleDestroy(): void {
    this.stopping.abort();
  }
}
