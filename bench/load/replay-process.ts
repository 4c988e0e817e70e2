import { readFileSync } from 'node:fs';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

/** As much as one HTTP/2 frame of Node's takes. */
const CHUNK = 16_384;

/**
 * The fastest event store there could be: it answers every read with the recorded bytes of an answer (argument: their
 * file) from memory. Tells its parent the port.
 */
const recorded = readFileSync(process.argv[2] as string);

function* chunks(): Generator<Buffer> {
  for (let from = 0; from < recorded.length; from += CHUNK) yield recorded.subarray(from, from + CHUNK);
}

const server = createServer();
server.on('stream', (stream: ServerHttp2Stream) => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.on('error', () => {});
  Readable.from(chunks(), { objectMode: false }).pipe(stream);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
