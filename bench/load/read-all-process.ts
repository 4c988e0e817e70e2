import { EventStoreDBClient } from '@eventstore/db-client';

/** Reads everything there is through the client and does nothing with it. */
async function read({
  eventStoreUrl,
}: {
  readonly eventStoreUrl: string;
}): Promise<{ events: number; seconds: number }> {
  const client = EventStoreDBClient.connectionString(eventStoreUrl);
  const started = performance.now();
  let events = 0;
  for await (const _ of client.readAll()) events += 1;
  const seconds = (performance.now() - started) / 1_000;
  await client.dispose();
  return { events, seconds };
}

process.on('message', (plan: { readonly eventStoreUrl: string }) => {
  void read(plan).then((result) => process.send?.(result));
});
