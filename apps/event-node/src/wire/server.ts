import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { GrpcCall } from './call';
import { unimplemented } from './failures';

/** What serves a method, by the method's path. */
export type Handlers = Readonly<Record<string, (call: GrpcCall) => void>>;

/** Bytes that a client may send ahead: an append of ordinary size never waits for permission. */
const RECEIVE_WINDOW = 4 * 1024 * 1024;

/** A gRPC client ends each call by resetting its stream; HTTP/2's usual limit of resets would end the connection. */
const RESETS_PER_SECOND = 1_000_000;

/**
 * Memory of one connection, in megabytes. At Node's default of ten, a few slow readers, which hold up to a page each,
 * are enough for new calls of their connection to be refused.
 */
const SESSION_MEMORY = Number.MAX_SAFE_INTEGER;

const GRACE_MS = 1000;

/** Serves gRPC calls over plain HTTP/2. */
export class GrpcServer {
  private readonly http: Http2Server;
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly calls = new Set<GrpcCall>();

  constructor(handlers: Handlers) {
    this.http = createServer({
      settings: { initialWindowSize: RECEIVE_WINDOW },
      streamResetBurst: RESETS_PER_SECOND,
      streamResetRate: RESETS_PER_SECOND,
      maxSessionMemory: SESSION_MEMORY,
    });
    this.http.on('session', (session) => {
      session.setLocalWindowSize(RECEIVE_WINDOW);
      session.on('error', () => session.destroy());
      this.sessions.add(session);
      session.once('close', () => this.sessions.delete(session));
    });
    this.http.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      const call = new GrpcCall(stream, headers);
      this.calls.add(call);
      call.onClose(() => this.calls.delete(call));
      const handler = handlers[headers[':path'] ?? ''];
      if (handler) handler(call);
      else call.fail(unimplemented(headers[':path']));
    });
  }

  /** Resolves with the port. Rejects when it is taken. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(port, host, () => resolve((this.http.address() as AddressInfo).port));
    });
  }

  /** Ends all calls with the error, then the connections; those that do not end by themselves are cut. */
  async close(reason: Error): Promise<void> {
    const closed = new Promise((resolve) => this.http.close(resolve));
    for (const call of this.calls) call.fail(reason);
    for (const session of this.sessions) session.close();
    const patience = setTimeout(() => {
      for (const session of this.sessions) session.destroy();
    }, GRACE_MS);
    await closed;
    clearTimeout(patience);
  }
}
