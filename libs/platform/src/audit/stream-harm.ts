import type { OtherEvent } from '@yoyaku/eventing';
import type { StreamHeads } from './stream-heads';

/** The place of an event, for telling where history is broken. */
export interface EventPlace {
  readonly stream: string;
  readonly revision: number;
}

/** Harm that others do to our streams: they add events, delete streams, or make the store drop events. */
export class StreamHarm {
  /** Streams whose latest metadata tells the store to drop events. */
  private readonly truncated = new Set<string>();

  constructor(private readonly heads: StreamHeads) {}

  /** The place of our event that this event of others has destroyed, if any. */
  placeHarmedBy({ other, stream, describes, revision, type, data }: OtherEvent): EventPlace | undefined {
    if (describes !== undefined) {
      if (type === '$metadata' && truncates(data)) this.truncated.add(describes);
      else this.truncated.delete(describes);
      return undefined;
    }
    if (!this.heads.has(stream)) return undefined;
    if (other === 'foreign') return { stream, revision };
    return type === '$streamDeleted' ? { stream, revision: 0 } : undefined;
  }

  /** The first event of a stream of ours that the store was told to truncate. */
  get truncatedPlace(): EventPlace | undefined {
    const stream = [...this.truncated].find((each) => this.heads.has(each));
    return stream === undefined ? undefined : { stream, revision: 0 };
  }
}

/** Whether metadata of a stream says that not all of its events are kept. */
function truncates(metadata: unknown): boolean {
  const { $tb, $maxCount, $maxAge } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
  return [$tb, $maxCount, $maxAge].some((limit) => typeof limit === 'number' && limit > 0);
}
