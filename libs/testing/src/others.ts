import { randomUUID } from 'node:crypto';
import { binaryEvent, type EventData, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';

const BYTES = Buffer.from([0, 255, 123, 34, 0]);

/** What an application knows of an event that has nothing to do with us. */
const ABOUT = { $correlationId: randomUUID(), user: 'somebody', actor: { id: 7 }, correlationId: 'theirs' };

/** Events as other applications put them into a store that they share with us; some streams have names as ours have. */
const streams = (category: string): Record<string, EventData[]> => ({
  [`orders-${randomUUID()}`]: [json('Ordered', { total: 5 }), json('Test Event', null), json('Paid', [1], ABOUT)],
  [`${category}-${randomUUID()}`]: [json('Made', { id: 1 }), json('Made', { id: 2 }, ABOUT), binary('Scanned')],
  [`${category}-${Math.floor(Math.random() * 1e9)}`]: [json('Deposited', { amount: 5 }), binary('Deposited', BYTES)],
  [`photos_${randomUUID()}`]: [binary('Taken', Buffer.from('{"tenantId":"')), binary('Taken', BYTES)],
  [`予約-${randomUUID()}`]: [json('Größe\u0000 .*>', { text: 'x'.repeat(2_000) }), json('予約', {}, 'no object')],
  links: [binaryEvent({ type: '$>', data: Buffer.from(`0@${category}-1`) }), json('Listed', {}, ABOUT)],
});

const json = (type: string, data: unknown, metadata?: unknown): EventData =>
  jsonEvent({ type, data: data as never, ...(metadata !== undefined && { metadata: metadata as never }) });
const binary = (type: string, metadata?: Buffer): EventData =>
  binaryEvent({ type, data: BYTES, ...(metadata && { metadata }) });

/** Puts at least so many events of others into the store, and deletes and truncates some of their streams. */
export async function putOthers(url: string, count: number, category: string): Promise<void> {
  const client = EventStoreDBClient.connectionString(url);
  try {
    for (let put = 0, round = 0; put < count; round++) {
      for (const [stream, events] of Object.entries(streams(category))) {
        await client.appendToStream(stream, events);
        put += events.length;
        if (stream === 'links') continue;
        if (round % 5 === 1) await client.deleteStream(stream);
        if (round % 5 === 2) await client.tombstoneStream(stream);
        if (round % 5 === 3) await client.setStreamMetadata(stream, { maxCount: 1 });
      }
    }
  } finally {
    await client.dispose();
  }
}
