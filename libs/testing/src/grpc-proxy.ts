import { once } from 'node:events';
import { connect, createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** What of a call does not arrive: what the client sends, so that nothing happens, or the answer to what has happened. */
export type Swallowed = 'requests' | 'answers';

export type GrpcProxy = Awaited<ReturnType<typeof grpcProxy>>;

/**
 * A way to a gRPC server without TLS that tells its calls apart, so that some can be lost while others are answered:
 * what a cluster does that has lost its quorum, and reads all the same. `url` is the server's with the proxy's port.
 */
export async function grpcProxy(target: string) {
  const url = new URL(target);
  const upstream = connect(`http://${url.hostname}:${url.port}`);
  // Of calls that are lost nobody reads the errors.
  upstream.on('error', () => {});
  const sessions = new Set<ServerHttp2Session>();
  let swallowing: { readonly paths: RegExp; readonly what: Swallowed } | undefined;
  let denied: RegExp | undefined;

  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {}).once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const path = String(headers[':path']);
    if (denied?.test(path)) return stream.respond(ACCESS_DENIED, { endStream: true });
    /** Once something of a call was lost, the rest of it is: what comes then would make no sense. */
    let lost: Swallowed | undefined;
    const isLost = (what: Swallowed): boolean => {
      if (swallowing?.paths.test(path)) lost ??= swallowing.what;
      return lost === what;
    };
    const call = upstream.request(headers, { endStream: false });
    // An answer that came whole is still on its way then.
    call.on('error', () => stream.close()).on('close', () => lost || stream.writableEnded || stream.close());
    stream.on('error', () => call.close()).on('close', () => call.close());
    stream.on('data', (bytes: Buffer) => isLost('requests') || call.write(bytes));
    stream.on('end', () => isLost('requests') || call.end());
    call.on('response', (answer) => {
      if (isLost('answers') || stream.closed) return;
      let trailers = {};
      call.on('trailers', (found) => {
        trailers = found;
      });
      stream.respond(answer, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(ownHeaders(trailers)));
      call.on('data', (bytes: Buffer) => isLost('answers') || stream.write(bytes));
      call.on('end', () => isLost('answers') || stream.end());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url.port = `${(server.address() as AddressInfo).port}`;

  return {
    url: url.href,
    /** From now on that is lost of each call whose path the expression finds, of those under way too. */
    swallow: (paths: RegExp, what: Swallowed = 'requests') => {
      swallowing = { paths, what };
    },
    /** From now on new calls of these paths are answered that the user may not. */
    deny: (paths: RegExp) => {
      denied = paths;
    },
    mend: () => {
      swallowing = undefined;
      denied = undefined;
    },
    close: async () => {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      server.close();
    },
  };
}

/** As EventStoreDB answers it; 7 is gRPC's PERMISSION_DENIED. */
const ACCESS_DENIED = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-status': 7,
  exception: 'access-denied',
};

const ownHeaders = (headers: object) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
