import { type SpanAbout, SpanKind } from '@yoyaku/tracing';
import type { StoredEvent } from '../envelope/stored-event';

/** The spans for publishing these events together to that stream: one for each event that belongs to a trace. */
export function publishSpans(destination: string, events: readonly StoredEvent[]): SpanAbout[] {
  return events.flatMap(({ id, metadata: { traceparent } }) => {
    if (traceparent === undefined) return [];
    const attributes = {
      'messaging.system': 'nats',
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.name': destination,
      'messaging.message.id': id,
      'messaging.batch.message_count': events.length,
    };
    return [{ name: `publish ${destination}`, kind: SpanKind.PRODUCER, traceparent, attributes }];
  });
}
