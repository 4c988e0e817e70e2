import { Readable } from 'node:stream';
import { Answer } from '../commands/answer';

/**
 * 101: the connection becomes a WebSocket, over which each of them goes as JSON, for as long as there are any. `closing`
 * tells with which code the socket is then closed, by the last of them.
 */
export class SocketAnswer extends Answer<Readable> {
  constructor(
    messages: AsyncIterable<object>,
    readonly closing: (last: object | undefined) => { readonly code: number; readonly reason: string },
  ) {
    super(101, Readable.from(messages));
  }
}
