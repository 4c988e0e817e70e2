import { Readable } from 'node:stream';
import { Answer } from '../commands/answer';

/** No proxy is to keep what is sent, to compress it, or to collect it before it passes it on. */
const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/**
 * 200, and each of them as a server-sent event, for as long as there are any. The generator is only asked for the next one
 * when the client has read. Nest's `@Sse` would not do: it sends its 200 while the handler still looks whether there is
 * anything to follow, so that our 404 would come too late (nestjs/nest#12260).
 */
export const serverSent = <Event extends object>(
  events: AsyncIterable<Event>,
  textOf: (event: Event) => string = dataOf,
): Answer<Readable> => new Answer(200, Readable.from(lines(events, textOf)), HEADERS);

const dataOf = (event: object): string => `data: ${JSON.stringify(event)}\n\n`;

async function* lines<Event>(events: AsyncIterable<Event>, textOf: (event: Event) => string): AsyncGenerator<string> {
  for await (const event of events) yield textOf(event);
}
