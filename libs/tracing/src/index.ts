export { type Span, SpanKind } from '@opentelemetry/api';
export * from './recorded-spans';
export * from './settings';
export {
  currentTraceparent,
  failSpan,
  inChildSpan,
  inSpan,
  inSpans,
  isTracing,
  type SpanAbout,
  startSpan,
  traceFields,
  traceparentOf,
  withSpan,
} from './spans';
export * from './start';
