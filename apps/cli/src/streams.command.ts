import { isOther } from '@yoyaku/eventing';
import { Command } from 'commander';
import type { Environment } from './environment';
import { printLine } from './output';

export const streamsCommand = (environment: Environment): Command =>
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
            for (const opened of await environment.codec().openAll([event])) await printLine(opened);
          }
          if (!isThere) throw new Error(`There is no stream ${stream}.`);
        }),
    )
    .addCommand(
      new Command('foreign')
        .description('the streams of others in the event store, and events that say they are ours and are not')
        .action(async () => {
          for (const [stream, { events, first, last, flaw }] of await foreignStreams(environment)) {
            // Others choose their names, and what a terminal would obey may be in them.
            console.log(
              `${JSON.stringify(stream).slice(1, -1)}: ${events} events, positions ${first} to ${last}${flaw ? `; broken: ${flaw}` : ''}`,
            );
          }
        }),
    );

interface Seen {
  events: number;
  readonly first: bigint;
  last: bigint;
  /** Of the first event that says it is ours and is not. */
  readonly flaw: string | undefined;
}

/** By stream, in the order in which the store first has them. */
async function foreignStreams(environment: Environment): Promise<Map<string, Seen>> {
  const streams = new Map<string, Seen>();
  for await (const event of environment.eventStore().readEverything()) {
    const flaw = isOther(event) ? undefined : event.flaw;
    if (isOther(event) ? event.other === 'system' : flaw === undefined) continue;
    const seen = streams.get(event.stream);
    if (!seen) streams.set(event.stream, { events: 1, first: event.position, last: event.position, flaw });
    else {
      seen.events += 1;
      seen.last = event.position;
    }
  }
  return streams;
}
