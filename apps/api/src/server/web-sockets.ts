import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { SocketAnswer } from '../http/conventions/queries/socket-answer';

/** Clients have nothing to say; what is longer is not even received. In bytes. */
const LONGEST_MESSAGE = 1_024;

/** A peer that answers no ping until the next one is gone, though the network does not say so. */
const PING_EVERY_MS = 20_000;

/** A socket that is closed waits so long for its peer to say goodbye. */
const GOODBYE_MS = 1_000;

/** Where clients of other systems look for it. */
const OLDER_NAME = /^\/ws(?=$|\?)/;
const PATH = '/api/v1/ws';

/** Of RFC 6455: 1003 for a kind of data that is not taken, 1008 for what breaks the rules. `ws` itself says 1009: too big. */
const UNWANTED = { text: 1008, binary: 1003 };

/**
 * For Node's HTTP server: on all other paths the wish is passed over, as HTTP allows (RFC 9110, 7.8), and the request is one
 * as any other.
 */
export const UPGRADES = {
  shouldUpgradeCallback: ({ url = '' }: IncomingMessage): boolean => pathOf(url) === PATH,
};

const pathOf = (url: string): string => url.replace(OLDER_NAME, PATH).replace(/[?].*/s, '');

/** Requests that ask for a WebSocket, with what came behind them. */
const asking = new WeakMap<IncomingMessage, Buffer>();

const sockets = new WebSocketServer({
  noServer: true,
  clientTracking: false,
  maxPayload: LONGEST_MESSAGE,
  perMessageDeflate: false,
});

/**
 * A request to upgrade the connection is routed as any other: the same guard, limits and refusals. Only the answer of a
 * route that leads to a WebSocket takes it up; from all others comes a plain answer, and the connection is closed.
 */
export function routeUpgrades(fastify: FastifyInstance): void {
  fastify.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Whoever leaves before the answer is no fault of ours.
    socket.on('error', () => socket.destroy());
    // Node no longer tells the request that its connection is gone; what watches the request waits for it.
    socket.once('close', () => request.destroy());
    request.url = request.url?.replace(OLDER_NAME, PATH);
    asking.set(request, head);
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    response.once('finish', () => (socket as Socket).destroySoon());
    fastify.routing(request, response);
  });
}

/** Whether the request asks for a WebSocket. */
export const asksForSocket = (request: IncomingMessage): boolean =>
  asking.has(request) && request.headers.upgrade?.toLowerCase() === 'websocket';

/** Takes the upgrade up, and sends the messages as fast as the client reads them. */
export function openSocket(reply: FastifyReply, answer: SocketAnswer): FastifyReply {
  const request = reply.request.raw;
  reply.hijack();
  // Before it is open, or though it never is: the handshake may be wrong.
  request.once('close', () => answer.body.destroy());
  if (request.destroyed) answer.body.destroy();
  sockets.handleUpgrade(request, request.socket, asking.get(request) as Buffer, (socket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', (_: RawData, isBinary) => {
      socket.close(isBinary ? UNWANTED.binary : UNWANTED.text, 'nothing is taken');
    });
    const pinging = pingOf(socket);
    socket.once('close', () => clearInterval(pinging));
    void send(socket, answer);
  });
  return reply;
}

async function send(socket: WebSocket, { body, closing }: SocketAnswer): Promise<void> {
  let last: object | undefined;
  try {
    for await (const message of body) {
      last = message;
      const { promise, resolve } = Promise.withResolvers<void>();
      socket.send(JSON.stringify(message), () => resolve());
      await promise;
    }
  } catch {
    last = undefined;
  }
  const { code, reason } = closing(last);
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
}

function pingOf(socket: WebSocket): NodeJS.Timeout {
  let isThere = true;
  socket.on('pong', () => {
    isThere = true;
  });
  return setInterval(() => {
    if (!isThere) return socket.terminate();
    isThere = false;
    socket.ping();
  }, PING_EVERY_MS).unref();
}
