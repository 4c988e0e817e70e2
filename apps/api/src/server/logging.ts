import { type Config, createLogger } from '@yoyaku/composition';
import { type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import { problemOf } from '../http/conventions/problems/problem.filter';
import { concerned } from '../http/conventions/request-log';

/** Requests are told by route, status and correlation id; never by what is in them. */
export const apiLogger = (config: Pick<Config, 'logLevel'>): Logger =>
  createLogger({ app: 'api' }, config, { req: ({ id }: { id: string }) => ({ id }), res: () => undefined });

/** What Fastify itself says of requests. */
export class RequestLog extends LogController {
  /** An answer that broke off after its headers: its status says nothing of that. Who left early is no fault of ours. */
  override streamError(error: Error & { code?: string }, request: FastifyRequest): void {
    if (error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    const { code } = problemOf(error);
    request.problemCode = code;
    request.log.error({ ...concerned(request), err: error, code }, 'answer broke off');
  }
}
