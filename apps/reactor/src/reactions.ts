import { Injectable } from '@nestjs/common';
import { type CommandContext, causesOf, EventStoreDb, reactionContext } from '@yoyaku/eventing';
import { inSpan, SpanKind } from '@yoyaku/tracing';

/** Work that follows from an event. Its commands name the event as their cause and continue its trace. */
@Injectable()
export class Reactions {
  constructor(private readonly store: EventStoreDb) {}

  /** Does the work as a consequence of the stream's newest event. Does nothing if there is none. */
  async toNewest(stream: string, reaction: string, act: (context: CommandContext) => Promise<unknown>): Promise<void> {
    const [cause] = await Array.fromAsync(this.store.readStream(stream, { direction: 'backwards', limit: 1 }));
    if (!cause) return;
    const { id, type, position, metadata } = cause;
    const { correlationId } = causesOf(metadata);
    const about = () => ({
      name: `react ${reaction}`,
      kind: SpanKind.CONSUMER,
      traceparent: metadata.traceparent,
      attributes: {
        'yoyaku.event.id': id,
        'yoyaku.event.type': type,
        'yoyaku.correlation.id': correlationId,
      },
    });
    await inSpan(about, () => act(reactionContext(reaction, { id, position, correlationId })));
  }
}
