import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanKind,
  SpanStatusCode,
  type TimeInput,
  trace,
} from '@opentelemetry/api';

/** What a span is called, and what it says; see docs/tracing.md. Never anything personal. */
export interface SpanAbout {
  readonly name: string;
  /** Internal when absent. */
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** W3C trace context of the span that led to this one, in another process or at another time. */
  readonly traceparent?: string | undefined;
  /** A client named the `traceparent`: its ids are taken, but it does not decide whether the trace is recorded. */
  readonly isOfClient?: boolean;
  /** W3C trace contexts of spans in other traces that this one deals with. */
  readonly links?: readonly string[];
  readonly startTime?: TimeInput;
}

const TRACER = 'yoyaku';

/** Marks the context of a span whose parent a client named. */
export const NAMED_BY_CLIENT = createContextKey('yoyaku:named-by-client');

let recording = false;

/** Whether this process records traces. While it does not, the functions of this file do nothing and cost nothing. */
export const isTracing = (): boolean => recording;

export function setTracing(on: boolean): void {
  recording = on;
}

/** Runs it in a span of its own, which fails when it does. `about` is asked only where traces are recorded. */
export function inSpan<T>(about: () => SpanAbout, run: (span?: Span) => Promise<T>): Promise<T> {
  if (!recording) return run();
  const span = startSpan(about());
  return withSpan(span, async () => {
    try {
      return await run(span);
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** As {@link inSpan}, where a span is under way; by itself what it tells of would be no trace that anybody looks for. */
export function inChildSpan<T>(about: () => SpanAbout, run: () => Promise<T>): Promise<T> {
  return recording && trace.getActiveSpan() ? inSpan(about, run) : run();
}

/** Runs what is done for several traces at once with a span in each of them; the one under way stays what it is. */
export async function inSpans<T>(abouts: () => readonly SpanAbout[], run: () => Promise<T>): Promise<T> {
  const spans = recording ? abouts().map(startSpan) : [];
  try {
    return await run();
  } catch (error) {
    for (const span of spans) failSpan(span, error);
    throw error;
  } finally {
    for (const span of spans) span.end();
  }
}

/** A span that whoever asks for it ends. Without `traceparent` it is a child of the span under way. */
export function startSpan({ name, traceparent, isOfClient = false, links = [], ...options }: SpanAbout): Span {
  const named = traceparent === undefined ? context.active() : contextOf(traceparent);
  const parent = isOfClient ? named.setValue(NAMED_BY_CLIENT, true) : named;
  return trace.getTracer(TRACER).startSpan(name, { ...options, links: links.flatMap(linkTo) }, parent);
}

/** Runs it with that span as the one under way. */
export const withSpan = <T>(span: Span, run: () => T): T => context.with(trace.setSpan(context.active(), span), run);

/**
 * Marks the span as failed, with the error's code or name. Not with its message, which may tell what somebody wrote.
 */
export function failSpan(span: Span, error: unknown): void {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  span.setAttribute('error.type', String(code ?? name ?? '_OTHER'));
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** W3C trace context of the span under way; undefined where none is recorded. */
export function currentTraceparent(): string | undefined {
  const span = recording ? trace.getActiveSpan() : undefined;
  return span?.isRecording() ? traceparentOf(span) : undefined;
}

export function traceparentOf(span: Span): string {
  const { traceId, spanId } = span.spanContext();
  return `00-${traceId}-${spanId}-01`;
}

/** What each line of the log says of the trace that it belongs to. */
export function traceFields(): { trace_id?: string; span_id?: string } {
  const { traceId, spanId } = trace.getActiveSpan()?.spanContext() ?? {};
  return traceId === undefined ? {} : { trace_id: traceId, span_id: spanId };
}

/** Nothing of what is given but ids and the sampled flag is taken. Text that is no trace context leads to a new trace. */
const contextOf = (traceparent: string): Context => propagation.extract(ROOT_CONTEXT, { traceparent });

function linkTo(traceparent: string): Link[] {
  const linked = trace.getSpanContext(contextOf(traceparent));
  return linked ? [{ context: linked }] : [];
}
