import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Admission } from '../access/admission';

/** A right that was taken away is gone within a second, also from an answer that goes on. */
const LOOK_EVERY_MS = 500;

/** For answers that go on for as long as the client likes. */
@Injectable()
export class Following implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(private readonly admission: Admission) {}

  /**
   * Aborts when the answer must end: the client has left, the process is to stop, or who asked would not be let in any
   * more, because the token expired, its session ended, or the user's role is another one.
   */
  signalFor(request: FastifyRequest): AbortSignal {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.stopping.signal]);
    request.raw.once('close', () => over.abort());
    const looking = setInterval(async () => {
      if (!(await this.admission.stillAdmits(request))) over.abort();
    }, LOOK_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(looking), { once: true });
    looking.unref();
    return signal;
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }
}
