import type { LiveView } from './live.views';

/** How long browsers wait before they come back, in milliseconds. */
const RETRY = 2_000;

/**
 * As a server-sent event. One that is only an id is a comment to which browsers pay no attention, but they remember the
 * id; what closes has none.
 */
export function textOf(message: LiveView): string {
  if (message.event === 'closed') return `event: closed\ndata: ${JSON.stringify(message)}\n\n`;
  const id = `id: ${message.position}\n`;
  if (message.event === 'heartbeat') return `: still here\n${id}\n`;
  const retry = message.event === 'ready' ? `retry: ${RETRY}\n` : '';
  return `${retry}${id}event: ${message.event}\ndata: ${JSON.stringify(message)}\n\n`;
}

/** Application codes of ours are the status that a request would be refused with, beside 4000 (RFC 6455, 7.4.2). */
const CLOSING: readonly (readonly [RegExp, number])[] = [
  [/^auth\./, 4401],
  [/^access\.|\.not_found$/, 4403],
  [/^server\.unavailable$/, 1012],
  [/./, 1013],
];

/** The code with which a WebSocket is closed after that message, and why. */
export function closingOf(last: object | undefined): { readonly code: number; readonly reason: string } {
  const reason = last && 'code' in last ? String(last.code) : 'server.error';
  const code = last === undefined ? 1011 : CLOSING.find(([pattern]) => pattern.test(reason))?.[1];
  return { code: code ?? 1011, reason };
}
