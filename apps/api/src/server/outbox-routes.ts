import { isIP } from 'node:net';
import { type Config, isSameSecret } from '@yoyaku/composition';
import { isUuid } from '@yoyaku/kernel';
import { type Outbox, outboxMessagePage, outboxPage } from '@yoyaku/notifications';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const NEWEST = 200;
const HTML = 'text/html; charset=utf-8';

type Keyed = { Querystring: { key?: unknown } };
type OfMessage = Keyed & { Params: { id: string; number?: string } };

/**
 * The local outbox as pages, for who works at this machine: never in production, and to nobody else, because what is
 * sent to people lets in who reads it. So they ask for a key: a request that a reverse proxy on this machine passes on
 * looks as if it came from here.
 */
export function serveOutbox(
  fastify: FastifyInstance,
  outbox: Outbox,
  { environment, baseDomain, sending, outboxKey }: Config,
): void {
  if (environment === 'production' || sending.provider !== 'outbox' || outboxKey === '') return;
  const isLetIn = ({ socket, hostname, query: { key } }: FastifyRequest<Keyed>): boolean =>
    typeof key === 'string' &&
    isSameSecret(key, outboxKey) &&
    isLoopback(socket.remoteAddress ?? '') &&
    isOwnName(hostname, baseDomain);
  const answer = (reply: FastifyReply, page: string | undefined, type = HTML) =>
    page === undefined ? reply.callNotFound() : reply.type(type).header('cache-control', 'no-store').send(page);
  const find = async (request: FastifyRequest<OfMessage>) =>
    isLetIn(request) && isUuid(request.params.id) ? outbox.find(request.params.id) : undefined;

  fastify.get<Keyed>('/outbox', async (request, reply) =>
    answer(reply, isLetIn(request) ? outboxPage(await outbox.newest(NEWEST), outboxKey) : undefined),
  );
  fastify.get<OfMessage>('/outbox/:id', async (request, reply) => {
    const message = await find(request);
    return answer(reply, message && outboxMessagePage(message, outboxKey));
  });
  fastify.get<OfMessage>('/outbox/:id/page', async (request, reply) => {
    const message = await find(request);
    return answer(reply, message?.html ?? undefined);
  });
  fastify.get<OfMessage>('/outbox/:id/attachments/:number', async (request, reply) => {
    const message = await find(request);
    const attachment = message?.attachments[Number(request.params.number)];
    return answer(reply, attachment?.content, attachment?.contentType);
  });
}

const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address);

/** Only names that lead here: a page of somebody else's, whose name is made to lead here, reads nothing. */
const isOwnName = (host: string, baseDomain: string): boolean =>
  host === 'localhost' || host === baseDomain || isIP(host.replace(/^\[|\]$/g, '')) > 0;
