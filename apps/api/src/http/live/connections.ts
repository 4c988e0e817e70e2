import { Injectable } from '@nestjs/common';
import type { Config } from '@yoyaku/composition';
import type { FastifyRequest } from 'fastify';
import { InjectConfig } from '../../config';
import { Problem } from '../conventions';
import { networkOf } from '../conventions/limits/network';
import { WaitingRoom } from '../conventions/queries/waiting-room';

/** Open streams in this process: in all, of one user, and from one address, behind which a whole office may be. */
const MOST = { callers: 10_000, user: 10, network: 200 };

/** So long may a client take to read one message, or what is left when its stream ends; then it is cut off. */
const READING_MS = { message: 30_000, rest: 1_000 };

/** Sees to it that open streams do not become too many, and that none is held by somebody who does not read. */
@Injectable()
export class Connections {
  private readonly users: WaitingRoom;
  private readonly networks: WaitingRoom;

  constructor(@InjectConfig() { rateLimit }: Config) {
    const { callers, user, network } = rateLimit
      ? MOST
      : { callers: MOST.callers, user: MOST.callers, network: MOST.callers };
    this.users = new WaitingRoom({ callers, caller: user });
    this.networks = new WaitingRoom({ callers, caller: network });
  }

  /** Takes a place until the signal aborts. Throws 429 `live.too_many`. */
  admit({ principal, ip }: FastifyRequest, signal: AbortSignal): void {
    const leaves = [this.networks.take(networkOf(ip)), this.users.take(principal?.userId ?? '')];
    onAbort(signal, () => {
      for (const leave of leaves) leave?.();
    });
    if (leaves.includes(undefined)) throw new Problem(429, 'live.too_many', { headers: { 'retry-after': '30' } });
  }

  /** The same messages. Cuts the connection off when they are not read in time. */
  async *read<Message>(
    messages: AsyncIterable<Message>,
    { raw }: FastifyRequest,
    signal: AbortSignal,
    patience = READING_MS,
  ): AsyncGenerator<Message> {
    // Once the answer is over, its connection may serve another request.
    const cutOff = () => raw.destroyed || raw.socket.destroy();
    onAbort(signal, () => setTimeout(cutOff, patience.rest).unref());
    for await (const message of messages) {
      const late = setTimeout(cutOff, patience.message).unref();
      try {
        yield message;
      } finally {
        clearTimeout(late);
      }
    }
  }
}

/** At once where it is aborted already. */
function onAbort(signal: AbortSignal, end: () => void): void {
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
}
