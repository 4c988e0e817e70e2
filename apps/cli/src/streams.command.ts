import { isOther } from '@yoyaku/eventing';
import { DomainError } from '@yoyaku/kernel';
import { Command } from 'commander';
import type { Environment } from './environment';
import { eventInWords } from './event-in-words';
import type { Output } from './output/output';
import { type Column, table } from './output/table';

export const streamsCommand = (environment: Environment, output: Output): Command =>
  new Command('streams')
    .description('single streams')
    .addCommand(
      new Command('show')
        .description('prints the events of one stream, opened: personal data in clear, today’s shape')
        .argument('<stream>', 'its name, as booking-0198…')
        .action(async (stream: string) => {
          let isThere = false;
          for await (const event of environment.eventStore().readStream(stream)) {
            isThere = true;
            for (const opened of await environment.codec().openAll([event])) {
              await output.print(opened, eventInWords);
            }
          }
          if (!isThere) throw new DomainError('stream.not_found', { stream });
        }),
    )
    .addCommand(
      new Command('foreign')
        .description('the streams of others in the event store, and events that say they are ours and are not')
        .action(async () => {
          await output.print(await foreignStreams(environment), (streams) =>
            streams.length > 0 ? table(streams, FOREIGN) : 'Every stream is ours.',
          );
        }),
    );

interface ForeignStream {
  readonly stream: string;
  events: number;
  readonly first: bigint;
  last: bigint;
  /** Of the first event that claims to be ours and is not valid. */
  readonly flaw: string | undefined;
}

const FOREIGN: readonly Column<ForeignStream>[] = [
  { heading: 'STREAM', cell: ({ stream }) => stream },
  { heading: 'EVENTS', cell: ({ events }) => events },
  { heading: 'FIRST POSITION', cell: ({ first }) => first },
  { heading: 'LAST POSITION', cell: ({ last }) => last },
  { heading: 'SAYS IT IS OURS, BUT', cell: ({ flaw }) => flaw ?? '', style: () => 'red' },
];

/** By stream, in the order of each stream's first event in the store. */
async function foreignStreams(environment: Environment): Promise<ForeignStream[]> {
  const streams = new Map<string, ForeignStream>();
  for await (const event of environment.eventStore().readEverything()) {
    const flaw = isOther(event) ? undefined : event.flaw;
    if (isOther(event) ? event.other === 'system' : flaw === undefined) continue;
    const { stream, position } = event;
    const known = streams.get(stream);
    if (!known) streams.set(stream, { stream, events: 1, first: position, last: position, flaw });
    else {
      known.events += 1;
      known.last = position;
    }
  }
  return [...streams.values()];
}
