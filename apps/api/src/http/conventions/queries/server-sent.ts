import { Readable } from 'node:stream';
import { Answer } from '../commands/answer';

/**
 * 200, and each of them as a server-sent event, for as long as there are any. The generator is only asked for the next one
 * when the client has read. Nest's `@Sse` would not do: it sends its 200 while the handler still looks whether there is
 * anything to follow, so that our 404 would come too late (nestjs/nest#12260).
 */
export const serverSent = (events: AsyncIterable<object>): Answer<Readable> =>
  new Answer(200, Readable.from(lines(events)), { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });

async function* lines(events: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const event of events) yield `data: ${JSON.stringify(event)}\n\n`;
}
