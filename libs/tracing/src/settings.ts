const EXPORTERS = ['none', 'console', 'file', 'otlp'] as const;
/** With `parentbased_` in front, as OpenTelemetry's specification also has them, they mean the same. */
const SAMPLERS = ['always_on', 'always_off', 'traceidratio'] as const;
const PARENT_BASED = SAMPLERS.map((name) => `parentbased_${name}` as const);

/** How traces are recorded; the variables are those of OpenTelemetry's specification, but for `TRACE_FILE`. */
export interface TracingSettings {
  readonly exporter: Exclude<(typeof EXPORTERS)[number], 'none'>;
  /** Of the exporter `file`: where spans are appended to, as lines of OTLP's JSON. */
  readonly file: string;
  readonly sampler: (typeof SAMPLERS)[number];
  /** Of the sampler `traceidratio`: the part of all traces that is recorded, from 0 to 1. */
  readonly ratio: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Null where nothing is to be recorded, which is the default. What cannot be used is added to `problems`. */
export function readTracing(env: Environment, problems: string[]): TracingSettings | null {
  const exporter = oneOf(env, 'OTEL_TRACES_EXPORTER', EXPORTERS, problems);
  const named = oneOf(env, 'OTEL_TRACES_SAMPLER', [...SAMPLERS, ...PARENT_BASED], problems);
  const sampler = named.replace('parentbased_', '') as TracingSettings['sampler'];
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG || 1);
  if (!(ratio >= 0 && ratio <= 1)) problems.push('OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1');
  if (exporter === 'none' || env.OTEL_SDK_DISABLED === 'true') return null;
  return { exporter, sampler, ratio, file: env.TRACE_FILE || 'traces.jsonl' };
}

function oneOf<T extends string>(env: Environment, name: string, allowed: readonly [T, ...T[]], problems: string[]): T {
  const found = allowed.find((value) => value === (env[name] || allowed[0]));
  if (!found) problems.push(`${name} must be one of ${allowed.join(', ')}`);
  return found ?? allowed[0];
}
