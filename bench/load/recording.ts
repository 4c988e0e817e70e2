import { connect } from 'node:http2';
import type { ResolvedEvent } from '@eventstore/db-client';
import { convertGrpcEvent } from '@eventstore/db-client/dist/utils/convertGrpcEvent';
import { Empty, StreamIdentifier } from '@eventstore/db-client/generated/shared_pb';
import { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';

const READ = '/event_store.client.streams.Streams/Read';
/** A gRPC message is preceded by a flag (1 byte) and its length (4 bytes). */
const PREFIX = 5;

/** The bytes of the answer to a read of one stream, or of `$all`, as they cross the wire. */
export async function record(eventStoreUrl: string, stream?: string): Promise<Buffer> {
  const session = connect(`http://${new URL(eventStoreUrl).host}`);
  try {
    const call = session.request({
      ':method': 'POST',
      ':path': READ,
      'content-type': 'application/grpc+proto',
      te: 'trailers',
    });
    call.end(frame(readRequest(stream)));
    const chunks: Buffer[] = [];
    for await (const chunk of call) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } finally {
    session.close();
  }
}

/** What the client does with each message of a read, and nothing else: parse it, and make the event of it. */
export function decode(recorded: Buffer, onEvent: (event: ResolvedEvent) => void): void {
  for (let at = 0; at < recorded.length; ) {
    const end = at + PREFIX + recorded.readUInt32BE(at + 1);
    const event = ReadResp.deserializeBinary(recorded.subarray(at + PREFIX, end)).getEvent();
    if (event) onEvent(convertGrpcEvent(event));
    at = end;
  }
}

function frame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** The same request that the client makes for all events forwards. */
function readRequest(stream: string | undefined): Uint8Array {
  const { Options } = ReadReq;
  const options = new Options();
  if (stream === undefined) options.setAll(new Options.AllOptions().setStart(new Empty()));
  else {
    const identifier = new StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));
    options.setStream(new Options.StreamOptions().setStreamIdentifier(identifier).setStart(new Empty()));
  }
  options
    .setReadDirection(Options.ReadDirection.FORWARDS)
    .setResolveLinks(false)
    .setCount(String(Number.MAX_SAFE_INTEGER))
    .setUuidOption(new Options.UUIDOption().setString(new Empty()))
    .setNoFilter(new Empty());
  return new ReadReq().setOptions(options).serializeBinary();
}
