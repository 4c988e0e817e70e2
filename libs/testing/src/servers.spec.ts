import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { connect } from 'nats';
import { Client } from 'pg';
import { startServers } from './servers';

test('gives servers that answer, and leaves nothing behind', async () => {
  const servers = await startServers();
  const database = new Client({ connectionString: servers.databaseUrl });
  await database.connect();
  expect((await database.query('select current_database() as name')).rows).toEqual([{ name: servers.jetStream }]);
  await database.end();

  const eventStore = EventStoreDBClient.connectionString(servers.eventStoreUrl);
  const appended = await eventStore.appendToStream('probe-1', jsonEvent({ type: 'Probed', data: {} }));
  expect(appended.success).toBe(true);
  await eventStore.dispose();

  const nats = await connect({ servers: servers.natsUrl });
  const manager = await nats.jetstreamManager();
  await manager.streams.add({ name: servers.jetStream, subjects: [`${servers.jetStream}.>`] });
  await nats.close();

  await servers.stop();
  const dropped = new Client({ connectionString: servers.databaseUrl });
  await expect(dropped.connect()).rejects.toThrow('does not exist');
});
