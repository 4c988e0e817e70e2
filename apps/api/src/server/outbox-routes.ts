import { isIP } from 'node:net';
import type { Config } from '@yoyaku/composition';
import { isUuid } from '@yoyaku/kernel';
import { type Outbox, outboxMessagePage, outboxPage } from '@yoyaku/notifications';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const NEWEST = 200;
const HTML = 'text/html; charset=utf-8';

type OfMessage = { Params: { id: string; number?: string } };

/**
 * The local outbox as pages, for who works at this machine: never in production, and to nobody else, because what is
 * sent to people lets in who reads it.
 */
export function serveOutbox(
  fastify: FastifyInstance,
  outbox: Outbox,
  { environment, baseDomain, sending }: Config,
): void {
  if (environment === 'production' || sending.provider !== 'outbox') return;
  const isHere = ({ socket, hostname }: FastifyRequest): boolean =>
    isLoopback(socket.remoteAddress ?? '') && isOwnName(hostname, baseDomain);
  const answer = (reply: FastifyReply, page: string | undefined, type = HTML) =>
    page === undefined ? reply.callNotFound() : reply.type(type).header('cache-control', 'no-store').send(page);
  const find = async ({ params: { id } }: FastifyRequest<OfMessage>, isAsked: boolean) =>
    isAsked && isUuid(id) ? outbox.find(id) : undefined;

  fastify.get('/outbox', async (request, reply) =>
    answer(reply, isHere(request) ? outboxPage(await outbox.newest(NEWEST)) : undefined),
  );
  fastify.get<OfMessage>('/outbox/:id', async (request, reply) => {
    const message = await find(request, isHere(request));
    return answer(reply, message && outboxMessagePage(message));
  });
  fastify.get<OfMessage>('/outbox/:id/page', async (request, reply) => {
    const message = await find(request, isHere(request));
    return answer(reply, message?.html ?? undefined);
  });
  fastify.get<OfMessage>('/outbox/:id/attachments/:number', async (request, reply) => {
    const message = await find(request, isHere(request));
    const attachment = message?.attachments[Number(request.params.number)];
    return answer(reply, attachment?.content, attachment?.contentType);
  });
}

const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address);

/** Only names that lead here: a page of somebody else's, whose name is made to lead here, reads nothing. */
const isOwnName = (host: string, baseDomain: string): boolean =>
  host === 'localhost' || host === baseDomain || isIP(host.replace(/^\[|\]$/g, '')) > 0;
