import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { currentTraceparent, inSpan, readTracing } from '../src';

const SOURCE = JSON.stringify(join(__dirname, '../src'));
const HOOK = join(__dirname, '../../../tools/swc-require.cjs');

/** What a process of its own writes that runs this program. */
async function run(program: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const child = spawn(process.execPath, ['-r', HOOK, '-e', program], { env: { PATH: process.env.PATH, ...env } });
  child.stderr.pipe(process.stderr);
  return text(child.stdout);
}

/** Records two spans, one in the other, and ends; gives what was told of troubles. */
const recordTwo = async (env: Readonly<Record<string, string>>): Promise<string[]> =>
  JSON.parse(
    await run(
      `const { inSpan, inChildSpan, readTracing, startTracing } = require(${SOURCE});
       const troubles = [];
       const tracing = startTracing(readTracing(process.env, []), 'yoyaku-spec', (reason) => troubles.push(reason));
       const inner = () => inChildSpan(() => ({ name: 'inner' }), async () => {});
       inSpan(() => ({ name: 'outer' }), inner)
         .then(() => tracing.stop())
         .then(() => console.log(JSON.stringify(troubles)));`,
      env,
    ),
  );

describe('the settings of traces', () => {
  it('record none by default, nor where OpenTelemetry is disabled', () => {
    expect(readTracing({}, [])).toBeNull();
    expect(readTracing({ OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'true' }, [])).toBeNull();
  });

  it('are refused by the names of the variables at fault', () => {
    const problems: string[] = [];
    readTracing(
      { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_TRACES_SAMPLER: 'sometimes', OTEL_TRACES_SAMPLER_ARG: '2' },
      problems,
    );
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'OTEL_TRACES_EXPORTER',
      'OTEL_TRACES_SAMPLER',
      'OTEL_TRACES_SAMPLER_ARG',
    ]);
  });
});

describe('without tracing', () => {
  it('what is done is done, and belongs to no trace', async () => {
    const about = jest.fn(() => ({ name: 'never asked' }));
    await expect(inSpan(about, async () => currentTraceparent())).resolves.toBeUndefined();
    expect(about).not.toHaveBeenCalled();
  });

  it('the SDK is not loaded', async () => {
    const program = `
      require(${SOURCE}).startTracing(null, 'spec', () => {});
      console.log(Object.keys(require.cache).filter((path) => /@opentelemetry.(?!api)/.test(path)).length);`;
    expect((await run(program)).trim()).toBe('0');
  });
});

describe('whether a trace is recorded', () => {
  /** How many of a hundred traces are recorded, each begun by that `traceparent`, and gone on with in another process. */
  const recordedOf = async (about: object, env: Readonly<Record<string, string>>): Promise<number> =>
    Number(
      await run(
        `const { inSpan, currentTraceparent, readTracing, startTracing } = require(${SOURCE});
         startTracing(readTracing({ ...process.env, OTEL_TRACES_EXPORTER: 'file' }, []), 'yoyaku-spec', () => {});
         const begin = () => inSpan(() => (${JSON.stringify({ name: 'request', ...about })}), async () => currentTraceparent());
         const goOn = (traceparent) => inSpan(() => ({ name: 'project', traceparent }), async () => currentTraceparent());
         Promise.all(Array.from({ length: 100 }, async () => goOn((await begin()) ?? '00-00-00-00')))
           .then((ends) => console.log(ends.filter(Boolean).length));`,
        { TRACE_FILE: '/dev/null', ...env },
      ),
    );
  const never = { OTEL_TRACES_SAMPLER: 'parentbased_always_off' };
  const rarely = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.001' };
  /** The first of all ids: by its id alone, every sampler takes it. */
  const named = (flags: '00' | '01') => `00-${'0'.repeat(31)}1-00f067aa0ba902b7-${flags}`;

  it('the server decides, not a client who names it, nor the id that they choose', async () => {
    const ofClient = (flags: '00' | '01') => ({ traceparent: named(flags), isOfClient: true });
    expect(await recordedOf(ofClient('01'), never)).toBe(0);
    expect(await recordedOf(ofClient('00'), {})).toBe(100);
    expect(await recordedOf(ofClient('01'), rarely)).toBeLessThan(10);
  });

  it('is decided once: what an event names is recorded in every process', async () =>
    expect(await recordedOf({ traceparent: named('01') }, never)).toBe(100));
});

describe('the exporter otlp', () => {
  const received: { url: string | undefined; text: string }[] = [];
  let answer = 200;
  const collector = createServer(async (request, response) => {
    received.push({ url: request.url, text: await text(request) });
    response.writeHead(answer, { 'content-type': 'application/json' }).end('{}');
  });
  let otlp: Readonly<Record<string, string>>;

  beforeAll(async () => {
    collector.listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    otlp = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  });
  beforeEach(() => received.splice(0));
  afterAll(() => collector.close());

  it('sends spans to a collector before the process ends, under the name that the environment gives', async () => {
    expect(await recordTwo({ ...otlp, OTEL_SERVICE_NAME: 'salon' })).toEqual([]);
    expect(received).toEqual([{ url: '/v1/traces', text: expect.stringContaining('"name":"inner"') }]);
    expect(received[0]?.text).toContain('"stringValue":"salon"');
  });

  it('tells why spans cannot be sent', async () => {
    answer = 400;
    expect(await recordTwo(otlp)).toEqual([expect.stringContaining('Bad Request')]);
    answer = 200;
  });

  it('sends none of what is not sampled', async () => {
    const never = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' };
    expect(await recordTwo({ ...otlp, ...never })).toEqual([]);
    expect(received).toEqual([]);
  });
});
