import { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import { InvalidRequest, UnforeseenRequest, validStreamName } from './write-requests';

/** Where a read begins: a revision or position, or one of the ends. */
export type ReadFrom = 'start' | 'end' | number;

export type Order = 'forwards' | 'backwards';

export interface FilterRequest {
  on: 'stream' | 'type';
  /** Either prefixes, of which one must match, or a regular expression. */
  prefixes: readonly string[];
  regex: string;
  /** Events searched between two checkpoints of a subscription. */
  checkpointInterval: number;
}

export interface ReadRequest {
  /** Undefined: `$all`. */
  stream: string | undefined;
  from: ReadFrom;
  filter: FilterRequest | undefined;
  /** Whether links (`$>` events) come with the events that they lead to. */
  resolvesLinks: boolean;
  mode: { kind: 'read'; order: Order; count: number } | { kind: 'subscription' };
}

/** Events searched per window, unless the client says otherwise. */
const DEFAULT_WINDOW = 32;

/** Parses a ReadReq. Throws {@link InvalidRequest}. */
export function parseRead(message: Buffer): ReadRequest {
  const options = deserialize(message).getOptions();
  if (!options) throw new UnforeseenRequest('options are missing');
  const backwards = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
  const filter = options.getFilter();
  const target = options.getStream();
  if (target && filter) throw new InvalidRequest('only reads of $all take a filter');
  if (options.hasSubscription() && backwards) throw new InvalidRequest('subscriptions go forwards');
  return {
    ...(target ? readStreamOptions(target) : readAllOptions(options.getAll())),
    filter: filter && parseFilter(filter),
    resolvesLinks: options.getResolveLinks(),
    mode: options.hasSubscription()
      ? { kind: 'subscription' }
      : { kind: 'read', order: backwards ? 'backwards' : 'forwards', count: Number(options.getCount()) },
  };
}

function deserialize(message: Buffer): ReadReq {
  try {
    return ReadReq.deserializeBinary(message);
  } catch {
    throw new InvalidRequest('not a ReadReq');
  }
}

function readStreamOptions(options: ReadReq.Options.StreamOptions): Pick<ReadRequest, 'stream' | 'from'> {
  const name = Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
  const from = options.hasStart() ? 'start' : options.hasEnd() ? 'end' : Number(options.getRevision());
  return { stream: validStreamName(name), from };
}

function readAllOptions(options: ReadReq.Options.AllOptions | undefined): Pick<ReadRequest, 'stream' | 'from'> {
  if (!options) throw new InvalidRequest('neither a stream nor $all is named');
  const position = options.getPosition();
  if (position) return { stream: undefined, from: Number(position.getCommitPosition()) };
  return { stream: undefined, from: options.hasEnd() ? 'end' : 'start' };
}

function parseFilter(options: ReadReq.Options.FilterOptions): FilterRequest {
  const expression = options.getStreamIdentifier() ?? options.getEventType();
  if (!expression) throw new InvalidRequest('the filter names neither streams nor event types');
  const windows = options.getCheckpointintervalmultiplier();
  if (windows === 0) throw new InvalidRequest('the checkpoint interval is 0');
  return {
    on: options.hasStreamIdentifier() ? 'stream' : 'type',
    regex: expression.getRegex(),
    prefixes: expression.getPrefixList(),
    checkpointInterval: windows * (options.hasMax() ? options.getMax() : DEFAULT_WINDOW),
  };
}
