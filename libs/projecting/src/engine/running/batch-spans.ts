import { inSpan, inSpans, isTracing, type SpanAbout, SpanKind, traceparentOf } from '@yoyaku/tracing';
import type { Work } from './work';

/** An event that belongs to a trace, and a work that it is given to. */
interface Traced {
  readonly work: Work;
  readonly event: Work['given'][number]['event'];
  readonly traceparent: string;
}

/**
 * Runs a batch in a span of its own, which refers to the traces of its events; in each of these traces there is a span
 * for every projection that takes the event. Of a batch whose events belong to no trace there is none.
 */
export function inBatchSpans(works: readonly Work[], run: () => Promise<void>): Promise<void> {
  const traced = isTracing() ? tracedOf(works) : [];
  if (traced.length === 0) return run();
  const about = (): SpanAbout => ({
    name: 'project batch',
    kind: SpanKind.CONSUMER,
    links: [...new Set(traced.map(({ traceparent }) => traceparent))],
    attributes: { 'yoyaku.batch.events': new Set(works.flatMap(({ given }) => given)).size },
  });
  return inSpan(about, (batch) => {
    const links = batch?.isRecording() ? [traceparentOf(batch)] : [];
    return inSpans(() => traced.map((one) => spanOf(one, links)), run);
  });
}

const tracedOf = (works: readonly Work[]): Traced[] =>
  works.flatMap((work) =>
    work.given.flatMap(({ event }) =>
      event.traceparent === undefined ? [] : { work, event, traceparent: event.traceparent },
    ),
  );

const spanOf = ({ work: { shard }, event, traceparent }: Traced, links: readonly string[]): SpanAbout => ({
  name: `project ${shard.projection.name}`,
  kind: SpanKind.CONSUMER,
  traceparent,
  links,
  attributes: {
    'yoyaku.projection': shard.projection.name,
    'yoyaku.partition': shard.partition,
    'yoyaku.event.id': event.id,
    'yoyaku.event.type': event.type,
  },
});
