import { jsonEvent } from '@eventstore/db-client';
import { happened } from '../support';
import type { Expected, Situation, Stage } from './situation';

const MISSING = 'the stream is missing';
const THREE = 'the stream has three events';

const expecting = (when: string, count: number, expected: Expected, answer: string): Situation => ({
  when: `append with ${expected}, ${when}`,
  ask: async (stage) => {
    if (count > 0) await stage.fill(count);
    return stage.append([happened(7), happened(8)], expected);
  },
  answer,
});

/** The same append again, after another. */
const repeating = (expected: Expected, last: number, answer: string): Situation => ({
  when: `append repeated with ${expected}`,
  ask: async (stage) => {
    if (expected !== 'no_stream') await stage.fill(1);
    const events = [happened(1), happened(2)];
    await stage.append(events, expected);
    await stage.append([happened(3)], BigInt(last));
    return [await stage.append(events, expected), await stage.read()];
  },
  answer: [answer, expected === 'no_stream' ? [1, 2, 3] : [0, 1, 2, 3]],
});

const repeatingPart = (expected: Expected): Situation => ({
  when: `append with ${expected} that repeats in part`,
  ask: async (stage) => {
    await stage.fill(1);
    const known = happened(1);
    await stage.append([known], expected);
    return (await stage.append([known, happened(2)], expected)).split(':')[0];
  },
  answer: 'wrong-expected-version',
});

const large = (size: number) => jsonEvent({ type: 'Large', data: 'x'.repeat(size - 2 * 'Large'.length - 2) });
const MIB = 1024 * 1024;
const named = (name: (stage: Stage) => string) => async (stage: Stage) => {
  const { nextExpectedRevision } = await stage.client.appendToStream(name(stage), happened(1));
  return nextExpectedRevision >= 0n;
};

export const APPENDS: Situation[] = [
  expecting(MISSING, 0, 'any', 'stored up to 1'),
  expecting(MISSING, 0, 'no_stream', 'stored up to 1'),
  expecting(MISSING, 0, 'stream_exists', 'wrong-expected-version: expected stream_exists, actual no_stream'),
  expecting(MISSING, 0, 0n, 'wrong-expected-version: expected 0, actual no_stream'),
  expecting(THREE, 3, 'any', 'stored up to 4'),
  expecting(THREE, 3, 'no_stream', 'wrong-expected-version: expected no_stream, actual 2'),
  expecting(THREE, 3, 'stream_exists', 'stored up to 4'),
  expecting(THREE, 3, 2n, 'stored up to 4'),
  expecting(THREE, 3, 1n, 'wrong-expected-version: expected 1, actual 2'),
  expecting(THREE, 3, 9n, 'wrong-expected-version: expected 9, actual 2'),
  repeating('no_stream', 1, 'stored up to 1'),
  repeating(0n, 2, 'stored up to 2'),
  repeating('any', 2, 'stored up to 2'),
  repeatingPart(0n),
  repeatingPart('any'),
  {
    when: 'append of no events',
    ask: async (stage) => {
      await stage.fill(1);
      return stage.append([], 0n);
    },
    answer: 'stored up to 0',
  },
  {
    when: 'append of 1 MiB',
    ask: (stage) => stage.append(large(MIB)),
    answer: 'stored up to 0',
  },
  {
    when: 'append of a byte more',
    ask: (stage) => stage.append(large(MIB + 1)),
    answer: `maximum-append-size-exceeded: ${MIB}`,
  },
  {
    when: 'append of an id that another stream holds',
    ask: async (stage) => {
      const event = happened(1);
      await stage.client.appendToStream(`${stage.stream}-other`, event);
      return stage.append([event]);
    },
    answer: 'stored up to 0',
  },
  { when: 'append to $all', ask: named(() => '$all'), answer: true },
  { when: 'append to metadata of metadata', ask: named(({ stream }) => `$$$$${stream}`), answer: true },
  {
    when: 'append to a name of 2,000 bytes',
    ask: named(({ stream }) => stream.padEnd(2_000, 'x')),
    answer: true,
  },
  {
    when: 'Unicode in names, types and data',
    ask: async ({ client, stream }) => {
      const name = `${stream}-予約-📅`;
      await client.appendToStream(name, jsonEvent({ type: 'Ünïcode-型', data: { text: '日本' } }));
      for await (const { event } of client.readStream(name)) {
        return [event?.streamId === name, event?.type, event?.data];
      }
    },
    answer: [true, 'Ünïcode-型', { text: '日本' }],
  },
];
