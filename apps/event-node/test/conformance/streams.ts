import { jsonEvent } from '@eventstore/db-client';
import { happened } from '../support';
import { type Situation, type Stage, toldError } from './situation';

const backwards = { direction: 'backwards', fromRevision: 'end' } as const;

/** Metadata as it is written, whatever it says. */
const describe = ({ client, stream }: Stage, data: Record<string, unknown>) =>
  client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data }));

const described = (when: string, data: Record<string, unknown>, answer: number[]): Situation => ({
  when: `read of three events, ${when}`,
  ask: async (stage) => {
    await stage.fill(3);
    await describe(stage, data);
    return stage.read();
  },
  answer,
});

const emptied = (when: string, empty: 'deleteStream' | 'tombstoneStream', ask: Situation['ask'], answer: unknown) => ({
  when: `${when} after ${empty}`,
  ask: async (stage: Stage) => {
    await stage.fill(2);
    await stage.client[empty](stage.stream, { expectedRevision: 1n });
    return ask(stage);
  },
  answer,
});

const told = (call: Promise<unknown>) => call.then(() => 'done', toldError);
const reading = (when: string, options: Parameters<Stage['read']>[0], answer: unknown): Situation => ({
  when: `read of five events, ${when}`,
  ask: async (stage) => {
    await stage.fill(5);
    return stage.read(options);
  },
  answer,
});

export const STREAMS: Situation[] = [
  { when: 'read of a stream that is missing', ask: (stage) => stage.read(), answer: 'stream-not-found' },
  reading('forwards', {}, [0, 1, 2, 3, 4]),
  reading('forwards from 3', { fromRevision: 3n }, [3, 4]),
  reading('forwards from the end', { fromRevision: 'end' }, []),
  reading('backwards', backwards, [4, 3, 2, 1, 0]),
  reading('backwards from 1', { direction: 'backwards', fromRevision: 1n }, [1, 0]),
  reading('backwards from beyond, one', { direction: 'backwards', fromRevision: 99n, maxCount: 1 }, [4]),
  described('$maxCount 1', { $maxCount: 1 }, [2]),
  described('$tb 2', { $tb: 2 }, [2]),
  described('$maxCount -1 and $tb 1', { $maxCount: -1, $tb: 1 }, [1, 2]),
  emptied('read', 'deleteStream', (stage) => stage.read(), 'stream-not-found'),
  emptied(
    'append with no_stream',
    'deleteStream',
    (stage) => stage.append([happened(7)], 'no_stream'),
    'stored up to 2',
  ),
  emptied('append with any', 'deleteStream', (stage) => stage.append([happened(7)]), 'stored up to 2'),
  emptied('append with its revision', 'deleteStream', (stage) => stage.append([happened(7)], 1n), 'stored up to 2'),
  emptied(
    'read of what was appended',
    'deleteStream',
    async (stage) => {
      await stage.fill(1, 7);
      return stage.read();
    },
    [7],
  ),
  emptied('read', 'tombstoneStream', (stage) => stage.read(), 'stream-deleted'),
  emptied('append with any', 'tombstoneStream', (stage) => stage.append([happened(7)]), 'stream-deleted'),
  emptied(
    'append with no_stream',
    'tombstoneStream',
    (stage) => stage.append([happened(7)], 'no_stream'),
    'stream-deleted',
  ),
  {
    when: 'delete at another revision',
    ask: async (stage) => {
      await stage.fill(2);
      return told(stage.client.deleteStream(stage.stream, { expectedRevision: 0n }));
    },
    answer: 'wrong-expected-version: expected 0, actual 1',
  },
  {
    when: 'delete at a revision, no such stream',
    ask: ({ client, stream }) => told(client.deleteStream(stream, { expectedRevision: 3n })),
    answer: 'wrong-expected-version: expected 3, actual -1',
  },
  {
    when: 'read of an empty stream name',
    ask: ({ client }) => told(Array.fromAsync(client.readStream(''))),
    answer: 'status 2',
  },
];
