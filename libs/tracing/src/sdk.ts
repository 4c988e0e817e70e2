import { randomBytes } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { context, DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  type SamplingResult,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracingSettings } from './settings';
import { NAMED_BY_CLIENT } from './spans';

/** Makes the API's tracers record. Gives a function that sends what is still to be sent, and ends that. */
export function startSdk(
  settings: TracingSettings,
  service: string,
  onTrouble: (message: string) => void,
): () => Promise<void> {
  const told = (message: string) => onTrouble(message);
  const logger = { error: told, warn: told, info: () => {}, debug: () => {}, verbose: () => {} };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const provider = new TracerProvider({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go before our own name.
    resource: resourceFromAttributes({ 'service.name': service, 'process.pid': process.pid }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    sampler: samplerOf(settings),
    spanProcessors: [processorOf(settings)],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  // Baggage is not taken from anybody.
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return async () => {
    for (const api of [trace, propagation, context]) api.disable();
    await provider.shutdown();
    diag.disable();
  };
}

function samplerOf({ sampler, ratio }: TracingSettings): Sampler {
  switch (sampler) {
    case 'always_on':
      return new OwnDecision(new AlwaysOnSampler());
    case 'always_off':
      return new OwnDecision(new AlwaysOffSampler());
    case 'traceidratio':
      return new OwnDecision(new TraceIdRatioBasedSampler(ratio));
  }
}

/**
 * Decides once for a whole trace, in the process where it enters the installation. What a client says of it does not
 * count, nor does the trace's id where a client chose that: one who may choose could have everything recorded.
 */
class OwnDecision implements Sampler {
  private readonly inside: Sampler;

  constructor(private readonly root: Sampler) {
    this.inside = new ParentBasedSampler({ root });
  }

  shouldSample(...[about, traceId, ...rest]: Parameters<Sampler['shouldSample']>): SamplingResult {
    return about.getValue(NAMED_BY_CLIENT)
      ? this.root.shouldSample(about, randomBytes(16).toString('hex'), ...rest)
      : this.inside.shouldSample(about, traceId, ...rest);
  }

  toString(): string {
    return `OwnDecision{${this.root}}`;
  }
}

function processorOf({ exporter, file }: TracingSettings): SpanProcessor {
  switch (exporter) {
    case 'console':
      return new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() });
    case 'file':
      return new SimpleSpanProcessor({ exporter: new FileExporter(file) });
    case 'otlp':
      return new BatchSpanProcessor({ exporter: new OTLPTraceExporter() });
  }
}

/**
 * Appends each span to a file, a line of OTLP's JSON each (OpenTelemetry's file format), which several processes may
 * share.
 */
class FileExporter implements SpanExporter {
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'a');
  }

  export(...[spans, done]: Parameters<SpanExporter['export']>): void {
    try {
      for (const span of spans) {
        const line = JsonTraceSerializer.serializeRequest([span]);
        if (line) writeSync(this.file, `${Buffer.from(line)}\n`);
      }
      done({ code: ExportResultCode.SUCCESS });
    } catch (error) {
      done({ code: ExportResultCode.FAILED, error: error as Error });
    }
  }

  async shutdown(): Promise<void> {}
}
