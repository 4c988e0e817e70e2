import { EventStoreDBClient } from '@eventstore/db-client';
import { type EventNode, startEventNode } from '../../src/event-node';
import { APPENDS } from './appends';
import { Stage } from './situation';
import { STREAMS } from './streams';
import { SUBSCRIPTIONS } from './subscriptions';

/**
 * What a client is answered, as a table. With TEST_ESDB_URL that server is asked instead of event-node: so the table is
 * held against the real one.
 */
const realServer = process.env.TEST_ESDB_URL || undefined;
let node: EventNode | undefined;
let client: EventStoreDBClient;
beforeAll(async () => {
  if (!realServer) node = await startEventNode({ port: 0, inMemory: true, slowConsumer: 'end' });
  client = EventStoreDBClient.connectionString(realServer ?? node!.url);
});
afterAll(async () => {
  // Not waited for: of a subscription that was ended the client waits for the end in vain.
  void client.dispose();
  await node?.close();
});

test.each([...APPENDS, ...STREAMS, ...SUBSCRIPTIONS])('$when', async ({ ask, answer }) => {
  expect(await ask(new Stage(client))).toEqual(answer);
});
