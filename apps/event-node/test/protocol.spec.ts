import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { StreamNotFoundError } from '@eventstore/db-client';
import { Empty, StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import { AppendReq, ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { credentials, makeClientConstructor, type ServiceError, status } from '@grpc/grpc-js';
import { happened, numbers, type Peer, startPeer } from './support';

let peer: Peer;
let address: string;
let streams: StreamsClient;
beforeAll(async () => {
  peer = await startPeer();
  address = `127.0.0.1:${peer.node.port}`;
  streams = new StreamsClient(address, credentials.createInsecure());
  for (const [n, stream] of ['a-1', 'b-1', 'a-2', 'c-1', 'a-3'].entries()) {
    await peer.client.appendToStream(stream, happened(n));
  }
});
afterAll(async () => {
  streams.close();
  await peer.close();
});

const { Options } = ReadReq;
type Options = InstanceType<typeof Options>;

function readAll(...refinements: ((options: Options) => void)[]): ReadReq {
  const options = new Options();
  const all = new Options.AllOptions();
  all.setStart(new Empty());
  options.setAll(all);
  options.setCount('100');
  options.setNoFilter(new Empty());
  for (const refine of refinements) refine(options);
  const request = new ReadReq();
  request.setOptions(options);
  return request;
}

function filtered(regex: string, prefixes: string[], checkpoints = 1): (options: Options) => void {
  return (options) => {
    const expression = new Options.FilterOptions.Expression();
    expression.setRegex(regex);
    expression.setPrefixList(prefixes);
    const filter = new Options.FilterOptions();
    filter.setStreamIdentifier(expression);
    filter.setMax(1);
    filter.setCheckpointintervalmultiplier(checkpoints);
    options.setFilter(filter);
  };
}

function identifierOf(name: string): StreamIdentifier {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(name));
  return identifier;
}

function stream(name: string): (options: Options) => void {
  return (options) => {
    const target = new Options.StreamOptions();
    target.setStreamIdentifier(identifierOf(name));
    target.setStart(new Empty());
    options.setStream(target);
  };
}

const subscription = (options: Options): void => {
  options.setSubscription(new Options.SubscriptionOptions());
};

async function streamsRead(request: ReadReq): Promise<string[]> {
  const names: string[] = [];
  for await (const response of streams.read(request) as AsyncIterable<ReadResp>) {
    const name = response.getEvent()?.getEvent()?.getStreamIdentifier()?.getStreamName_asU8();
    if (name) names.push(Buffer.from(name).toString());
  }
  return names;
}

describe('a filtered read of $all', () => {
  it('goes forwards', () => expect(streamsRead(readAll(filtered('', ['a-'])))).resolves.toEqual(['a-1', 'a-2', 'a-3']));

  it('goes backwards, and counts what it returns', async () => {
    const request = readAll(filtered('^[ab]-', []), (options) => {
      options.setReadDirection(Options.ReadDirection.BACKWARDS);
      options.getAll()!.setEnd(new Empty());
      options.setCount('3');
    });
    await expect(streamsRead(request)).resolves.toEqual(['a-3', 'a-2', 'b-1']);
  });
});

describe('nonsense is refused as such', () => {
  it.each([
    ['no options', new ReadReq(), status.UNKNOWN],
    ['neither stream nor $all', readAll((options) => options.clearAll()), status.INVALID_ARGUMENT],
    ['an empty stream name', readAll(stream('')), status.UNKNOWN],
    ['a broken pattern', readAll(filtered('(', [])), status.UNKNOWN],
    ['a broken pattern of a subscription', readAll(filtered('[', []), subscription), status.UNKNOWN],
    ['checkpoints after no events', readAll(filtered('a', [], 0)), status.INVALID_ARGUMENT],
    ['a filter on a stream', readAll(filtered('a', []), stream('a-1')), status.INVALID_ARGUMENT],
  ])('%s', async (_what, request, code) => {
    await expect(streamsRead(request)).rejects.toMatchObject({ code });
  });

  it.each(['Read', 'Append', 'BatchAppend', 'Delete', 'Tombstone'])(
    'bytes that are no message, to %s',
    async (method) => {
      const code = await callWith(`/event_store.client.streams.Streams/${method}`, Buffer.from('nonsense, all of it'));
      expect(code).toBe(status.INVALID_ARGUMENT);
    },
  );

  it('a service that it does not have', async () => {
    await expect(callWith('/event_store.client.users.Users/Create', Buffer.alloc(0))).resolves.toBe(
      status.UNIMPLEMENTED,
    );
  });

  it('bytes that are no HTTP/2', async () => {
    const socket: Socket = connectTcp(peer.node.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(10));
    socket.resume();
    await once(socket, 'close');
  });

  it('messages larger than any append', async () => {
    const session = connectHttp2(`http://${address}`);
    const call = session.request({ ':method': 'POST', ':path': '/event_store.client.streams.Streams/Append' });
    call.write(Buffer.from([0, 0xff, 0xff, 0xff, 0xff]));
    const [trailers] = await once(call.resume(), 'trailers');
    expect(trailers).toMatchObject({ 'grpc-status': String(status.INVALID_ARGUMENT) });
    session.close();
  });

  afterEach(async () => {
    await expect(peer.client.appendToStream('after', happened(1))).resolves.toMatchObject({ success: true });
  });
});

/** The status of a call of one message. */
function callWith(path: string, message: Buffer): Promise<number | undefined> {
  const pass = (bytes: Buffer) => bytes;
  const Client = makeClientConstructor(
    {
      call: {
        path,
        requestStream: true,
        responseStream: true,
        requestSerialize: pass,
        requestDeserialize: pass,
        responseSerialize: pass,
        responseDeserialize: pass,
      },
    },
    'any',
  );
  const client = new Client(address, credentials.createInsecure());
  return new Promise((resolve) => {
    const call = client.makeBidiStreamRequest(path, pass, pass);
    call.on('error', (error: ServiceError) => {
      client.close();
      resolve(error.code);
    });
    call.resume();
    call.end(message);
  });
}

it('ends a subscription whose deadline passes', async () => {
  const call = streams.read(readAll(subscription), { deadline: Date.now() + 100 });
  call.resume();
  const [error] = (await once(call, 'error').catch((caught: unknown) => [caught])) as [ServiceError];
  expect(error.code).toBe(status.DEADLINE_EXCEEDED);
});

it('stores nothing of an append that was cut short', async () => {
  for (const cut of ['cancel', 'disconnect'] as const) {
    const own = new StreamsClient(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
    const call = own.append(() => undefined);
    call.on('error', () => undefined);
    const options = new AppendReq.Options();
    options.setStreamIdentifier(identifierOf(`cut-${cut}`));
    options.setAny(new Empty());
    const begin = new AppendReq();
    begin.setOptions(options);
    const event = new AppendReq.ProposedMessage();
    const id = new UUID();
    id.setString(randomUUID());
    event.setId(id);
    event.getMetadataMap().set('type', 'Happened').set('content-type', 'application/json');
    const proposal = new AppendReq();
    proposal.setProposedMessage(event);
    call.write(begin);
    await new Promise((resolve) => call.write(proposal, resolve));
    if (cut === 'cancel') call.cancel();
    own.close();
    await peer.client.appendToStream('after', happened(2));
    await expect(numbers(peer.client.readStream(`cut-${cut}`))).rejects.toBeInstanceOf(StreamNotFoundError);
  }
});
