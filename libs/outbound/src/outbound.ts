import { lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { AddressRules } from './address-rules';

export const REASONS = [
  'address_not_allowed',
  'unreachable',
  'too_slow',
  'too_many_redirects',
  'refused',
  'too_large',
  'unreadable',
] as const;
export type Reason = (typeof REASONS)[number];

/** Why an address gave nothing: `refused` with the status that it answered. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor(
    readonly reason: Reason,
    readonly status: number | null = null,
  ) {
    super(status === null ? reason : `${reason} (${status})`);
  }
}

export interface Limits {
  /** Bytes of the body, also once it is unpacked. */
  readonly bytes: number;
  /** For everything, redirects included. */
  readonly ms: number;
}

const MOST_REDIRECTS = 5;

/** How what a server packs is unpacked. */
const UNPACKERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Asks addresses that users name. Only public ones are asked (see {@link AddressRules}), at each redirect anew. The very
 * address that was looked at is connected to, so a name that resolves to another one the next time leads nowhere else.
 */
export class Outbound {
  constructor(private readonly rules: AddressRules) {}

  /**
   * The body at a http or https address, as bytes. Throws {@link NoAnswer}, whatever happens; `signal` ends it early.
   */
  async get(address: URL, accept: string, limits: Limits, signal?: AbortSignal): Promise<Buffer> {
    const deadline = AbortSignal.timeout(limits.ms);
    const ended = signal ? AbortSignal.any([deadline, signal]) : deadline;
    try {
      return await Promise.race([this.follow(address, accept, limits, ended), rejectedBy(ended)]);
    } catch (error) {
      if (error instanceof NoAnswer) throw error;
      throw new NoAnswer(ended.aborted ? 'too_slow' : 'unreachable');
    }
  }

  private async follow(first: URL, accept: string, { bytes }: Limits, signal: AbortSignal): Promise<Buffer> {
    let url = first;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const answer = await this.ask(url, accept, signal);
      const { statusCode: status = 0, headers } = answer;
      if (status === 200) return bodyOf(answer, bytes, signal);
      answer.destroy();
      if (status < 300 || status > 399 || headers.location === undefined) throw new NoAnswer('refused', status);
      if (!URL.canParse(headers.location, url.href)) throw new NoAnswer('refused', status);
      const { username, password, origin } = url;
      url = new URL(headers.location, url.href);
      // A name and password are of that server alone.
      if (url.origin === origin && url.username === '') Object.assign(url, { username, password });
    }
    throw new NoAnswer('too_many_redirects');
  }

  private ask(url: URL, accept: string, signal: AbortSignal): Promise<http.IncomingMessage> {
    const { protocol, hostname } = url;
    const host = hostname.replace(/^\[|\]$/g, '');
    if (protocol !== 'http:' && protocol !== 'https:') throw new NoAnswer('address_not_allowed');
    const isAllowed = isIP(host) === 0 ? this.rules.knows(host) : this.rules.allows(host);
    if (!isAllowed) throw new NoAnswer('address_not_allowed');
    const options = {
      agent: false,
      signal,
      lookup: this.lookup,
      headers: { accept, 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'Yoyaku' },
    } as const;
    return new Promise((resolve, reject) => {
      const request = (protocol === 'https:' ? https : http).request(url, options, resolve);
      request.on('upgrade', ({ statusCode = 101 }, socket) => {
        socket.destroy();
        reject(new NoAnswer('refused', statusCode));
      });
      // Whatever ends without an answer or an error; after an answer this changes nothing.
      request.on('close', () => reject(new NoAnswer(signal.aborted ? 'too_slow' : 'unreachable')));
      request.on('error', reject).end();
    });
  }

  /** Gives the addresses of a host that may be asked, to be connected to. */
  private readonly lookup: LookupFunction = (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '');
      const allowed = this.rules.trusts(host) ? found : found.filter(({ address }) => this.rules.allows(address));
      const [first] = allowed;
      if (!first) return callback(new NoAnswer('address_not_allowed'), '');
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** Ends with the signal, whatever a server, or the library that asks it, does. */
const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** A packed body is counted packed and unpacked, so that a small one can't become a large one. */
async function bodyOf(answer: http.IncomingMessage, most: number, signal: AbortSignal): Promise<Buffer> {
  const coding = (answer.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (coding === 'identity' || coding === '') return take(answer, most, signal);
  const unpacker = UNPACKERS[coding]?.();
  if (!unpacker) {
    answer.destroy();
    throw new NoAnswer('unreadable');
  }
  const packed = await take(answer, most, signal);
  unpacker.end(packed);
  try {
    return await take(unpacker, most, signal);
  } catch (error) {
    throw error instanceof NoAnswer || signal.aborted ? error : new NoAnswer('unreadable');
  }
}

async function take(stream: Readable, most: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    length += chunk.length;
    // Leaving the loop destroys the stream.
    if (length > most) throw new NoAnswer('too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
