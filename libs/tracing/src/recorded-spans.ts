import { readFileSync } from 'node:fs';

/** A span as the exporter `file` has written it. */
export interface RecordedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent: the first span of its trace. */
  readonly parentSpanId?: string;
  readonly name: string;
  /** The process that recorded it, as `yoyaku-api`. */
  readonly service: string;
  /** Nanoseconds of the epoch. */
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Ids of spans that it refers to, in other traces. */
  readonly links: readonly string[];
}

/** A span, and those that it led to, in the order in which they began. */
export interface SpanTree extends RecordedSpan {
  readonly children: readonly SpanTree[];
}

/** All spans of the file, in the order in which they ended. A last line that is still being written is left out. */
export function readSpans(file: string): RecordedSpan[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    const { resourceSpans } = JSON.parse(line) as OtlpTraces;
    return resourceSpans.flatMap(({ resource, scopeSpans }) => {
      const service = String(valuesOf(resource.attributes)['service.name']);
      return scopeSpans.flatMap(({ spans }) => spans.map((span) => recorded(span, service)));
    });
  });
}

/** The trees of a trace: one where all its spans are there. */
export function treesOf(spans: readonly RecordedSpan[], traceId: string): SpanTree[] {
  const ofTrace = spans
    .filter((span) => span.traceId === traceId)
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const known = new Set(ofTrace.map(({ spanId }) => spanId));
  const tree = (span: RecordedSpan): SpanTree => ({
    ...span,
    children: ofTrace.filter(({ parentSpanId }) => parentSpanId === span.spanId).map(tree),
  });
  return ofTrace.filter(({ parentSpanId = '' }) => !known.has(parentSpanId)).map(tree);
}

const recorded = (span: OtlpSpan, service: string): RecordedSpan => ({
  traceId: span.traceId,
  spanId: span.spanId,
  parentSpanId: span.parentSpanId,
  name: span.name,
  service,
  start: BigInt(span.startTimeUnixNano),
  end: BigInt(span.endTimeUnixNano),
  attributes: valuesOf(span.attributes),
  links: span.links.map(({ spanId }) => spanId),
});

/** OTLP names the type of each value: `{ stringValue: … }`, `{ intValue: … }`. */
const valuesOf = (attributes: readonly OtlpAttribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

interface OtlpAttribute {
  readonly key: string;
  readonly value: object;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly links: readonly { readonly spanId: string }[];
}

/** The parts that are looked at of OTLP's `TracesData` (opentelemetry-proto, `trace.proto`), in JSON. */
interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}
