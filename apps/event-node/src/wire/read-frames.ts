import { positionOf, recordedEventOf } from './event-frame';
import { field, numberField } from './protobuf';

const EMPTY = Buffer.alloc(0);

/** ReadResp { ReadEvent event = 1 } */
export const isEventFrame = (frame: Buffer): boolean => frame[0] === EVENT_TAG;
const EVENT_TAG = 0x0a;

/** ReadResp { ReadEvent event = 1 { RecordedEvent event = 1, RecordedEvent link = 2, commit_position = 3 of the link } } */
export function resolvedLinkFrame(link: Buffer, event: Buffer | undefined): Buffer {
  const parts = [field(2, recordedEventOf(link)), numberField(3, positionOf(link))];
  if (event) parts.unshift(field(1, recordedEventOf(event)));
  return field(1, Buffer.concat(parts));
}

/** ReadResp { SubscriptionConfirmation confirmation = 2 } */
export const confirmationFrame = (subscriptionId: string): Buffer => field(2, field(1, subscriptionId));

/** ReadResp { Checkpoint checkpoint = 3 { commit_position = 1, prepare_position = 2 } } */
export const checkpointFrame = (position: number): Buffer =>
  field(3, Buffer.concat([numberField(1, position), numberField(2, position)]));

/** ReadResp { StreamNotFound stream_not_found = 4 { stream_identifier = 1 } } */
export const streamNotFoundFrame = (stream: string): Buffer => field(4, field(1, field(3, stream)));

/** ReadResp { CaughtUp caught_up = 8 } */
export const CAUGHT_UP_FRAME: Buffer = field(8, EMPTY);

/** ReadResp { FellBehind fell_behind = 9 } */
export const FELL_BEHIND_FRAME: Buffer = field(9, EMPTY);
