import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Admission } from '../access/admission';

/** A running answer ends within a second after the right to it was taken away. */
const LOOK_EVERY_MS = 500;

/** Ends answers that run as long as the client wants. */
@Injectable()
export class Following implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(private readonly admission: Admission) {}

  /**
   * Aborts when the answer must end: the client has left, the process stops, or the request would no longer be admitted
   * because its token has expired, its session has ended, or the user's role has changed. The reason is the code of a
   * problem, unless the client has left.
   */
  signalFor(request: FastifyRequest): AbortSignal {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.stopping.signal]);
    // Whoever has left already does not leave once more.
    if (request.raw.destroyed) over.abort();
    if (signal.aborted) return signal;
    request.raw.once('close', () => over.abort());
    const looking = setInterval(async () => {
      const refusal = await this.admission.refusalNow(request);
      if (refusal) over.abort(refusal);
    }, LOOK_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(looking), { once: true });
    looking.unref();
    return signal;
  }

  onModuleDestroy(): void {
    this.stopping.abort('server.unavailable');
  }
}
