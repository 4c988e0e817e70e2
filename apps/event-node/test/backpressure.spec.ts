import { randomUUID } from 'node:crypto';
import { Empty, StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb';
import { BatchAppendCall } from '../src/services/batch-append';
import type { Store } from '../src/store/store';
import type { QueueOutcome } from '../src/store/write-queue';
import type { GrpcCall } from '../src/wire/call';

const MIB = 1024 * 1024;

function request(size: number): Buffer {
  const id = () => new UUID().setString(randomUUID());
  const stream = new StreamIdentifier();
  stream.setStreamName(Buffer.from('a'));
  const options = new BatchAppendReq.Options();
  options.setStreamIdentifier(stream);
  options.setAny(new Empty() as never);
  const event = new BatchAppendReq.ProposedMessage();
  event.setId(id());
  event.getMetadataMap().set('type', 'T').set('content-type', 'application/octet-stream');
  event.setData(Buffer.alloc(size));
  const message = new BatchAppendReq();
  message.setCorrelationId(id());
  message.setOptions(options);
  message.addProposedMessages(event);
  message.setIsFinal(true);
  return Buffer.from(message.serializeBinary());
}

it('reads on from a client only while few bytes of its appends are unanswered', async () => {
  const pending: ((outcome: QueueOutcome) => void)[] = [];
  const write = () => new Promise<QueueOutcome>((resolve) => pending.push(resolve));
  const call = { receive: jest.fn(), pause: jest.fn(), resume: jest.fn(), send: jest.fn(), closed: false };
  new BatchAppendCall({ queue: { write } } as unknown as Store, 2 * MIB, call as unknown as GrpcCall);
  const [onMessage] = call.receive.mock.calls[0] as [(message: Buffer) => void];
  const large = request(MIB);
  for (let i = 0; i < 31; i++) onMessage(large);
  expect(call.pause).not.toHaveBeenCalled();
  onMessage(large);
  expect(call.pause).toHaveBeenCalled();
  expect(call.resume).not.toHaveBeenCalled();
  for (const answer of pending) answer({ kind: 'abandoned' });
  await new Promise(setImmediate);
  expect(call.send).toHaveBeenCalledTimes(32);
  expect(call.resume).toHaveBeenCalled();
});
