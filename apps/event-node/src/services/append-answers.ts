import type { QueueOutcome } from '../store/write-queue';
import { asFailure } from '../wire/failures';
import { field, numberField } from '../wire/protobuf';
import { ANY, type ExpectedRevision, InvalidRequest, NO_STREAM, STREAM_EXISTS } from '../wire/write-requests';

type Written = Extract<QueueOutcome, { kind: 'written' }>;
type WrongRevision = Extract<QueueOutcome, { kind: 'wrong-expected-revision' }>;

const EMPTY = Buffer.alloc(0);

/** AppendResp { Success success = 1 } */
export const appendSuccess = (outcome: Written): Buffer => field(1, success(outcome));

/** AppendResp { WrongExpectedVersion wrong_expected_version = 2 } */
export function appendWrongRevision({ lastRevision }: WrongRevision, expected: ExpectedRevision): Buffer {
  const current = lastRevision < 0 ? field(7, EMPTY) : numberField(6, lastRevision);
  return field(2, Buffer.concat([current, expectedRevision(expected, { exact: 8, any: 9, exists: 10, none: 11 })]));
}

/** DeleteResp and TombstoneResp { Position position = 1 } */
export const deleteSuccess = ({ position }: Written): Buffer => field(1, positionOf(position));

/** BatchAppendResp { correlation_id = 1, Success success = 3, stream_identifier = 4 } */
export const batchSuccess = (correlationId: Buffer, stream: string, outcome: Written): Buffer =>
  Buffer.concat([field(1, correlationId), field(3, success(outcome)), streamIdentifier(stream)]);

/** BatchAppendResp { correlation_id = 1, google.rpc.Status error = 2, stream_identifier = 4 } */
export const batchError = (correlationId: Buffer, stream: string, error: Buffer): Buffer =>
  Buffer.concat([field(1, correlationId), field(2, error), streamIdentifier(stream)]);

/** The codes of google.rpc.Status that EventStoreDB gives with each kind of error. */
const CODE = { unknown: 2, invalidArgument: 3, deadlineExceeded: 4, notFound: 5, alreadyExists: 6, internal: 13 };

export function wrongRevisionStatus({ lastRevision }: WrongRevision, expected: ExpectedRevision): Buffer {
  const current = lastRevision < 0 ? field(2, EMPTY) : numberField(1, lastRevision);
  const wanted = expectedRevision(expected, { exact: 3, any: 4, exists: 5, none: 6 });
  return rpcStatus(CODE.alreadyExists, 'WrongExpectedVersion', Buffer.concat([current, wanted]));
}

export const streamDeletedStatus = (stream: string): Buffer =>
  rpcStatus(CODE.notFound, 'StreamDeleted', field(1, field(3, stream)));

export const timeoutStatus = (): Buffer => rpcStatus(CODE.deadlineExceeded, 'Timeout', EMPTY);

export const maximumAppendSizeStatus = (limit: number): Buffer =>
  rpcStatus(CODE.invalidArgument, 'MaximumAppendSizeExceeded', numberField(1, limit));

/** What a batch that could not be understood, or stored, is answered. */
export function errorStatus(error: unknown): Buffer {
  const { message } = asFailure(error);
  return error instanceof InvalidRequest
    ? rpcStatus(CODE.invalidArgument, message, field(1, message), 'event_store.client.BadRequest')
    : rpcStatus(CODE.internal, message, EMPTY, 'google.protobuf.Empty');
}

/** google.rpc.Status { code = 1, message = 2, Any details = 3 } */
const rpcStatus = (code: number, message: string, details: Buffer, type = `event_store.client.${message}`): Buffer =>
  Buffer.concat([
    numberField(1, code),
    field(2, message),
    field(3, Buffer.concat([field(1, `type.googleapis.com/${type}`), field(2, details)])),
  ]);

/** { current_revision = 1 or no_stream = 2, Position position = 3 } */
const success = ({ lastRevision, position }: Written): Buffer =>
  Buffer.concat([lastRevision < 0 ? field(2, EMPTY) : numberField(1, lastRevision), field(3, positionOf(position))]);

/** { commit_position = 1, prepare_position = 2 } */
const positionOf = (position: number): Buffer => Buffer.concat([numberField(1, position), numberField(2, position)]);

const streamIdentifier = (stream: string): Buffer => field(4, field(3, stream));

function expectedRevision(
  expected: ExpectedRevision,
  fields: { exact: number; any: number; exists: number; none: number },
): Buffer {
  if (expected === ANY) return field(fields.any, EMPTY);
  if (expected === STREAM_EXISTS) return field(fields.exists, EMPTY);
  if (expected === NO_STREAM) return field(fields.none, EMPTY);
  return numberField(fields.exact, expected);
}
