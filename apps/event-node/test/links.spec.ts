import { binaryEvent, eventTypeFilter, type ResolvedEvent, START } from '@eventstore/db-client';
import { collect, happened, type Peer, startPeer } from './support';

let peer: Peer;
beforeAll(async () => {
  peer = await startPeer();
});
afterAll(() => peer.close());

const linkTo = (target: string) => binaryEvent({ type: '$>', data: Buffer.from(target) });
const RESOLVED = { resolveLinkTos: true };

/** `event <- link`, each by stream and revision. */
const told = ({ event, link }: ResolvedEvent) =>
  [event, link].map((part) => (part ? `${part.streamId}@${part.revision}` : 'none')).join(' <- ');

it('gives links with the events they lead to, and alone where there is none', async () => {
  const { client } = peer;
  await client.appendToStream('a', [happened(0), happened(1)]);
  for (const stream of ['soft', 'hard', 'short']) await client.appendToStream(stream, [happened(0), happened(1)]);
  await client.appendToStream('links', [
    linkTo('1@a'),
    happened(7),
    ...['0@soft', '0@hard', '0@short', '1@short', '2@a', '0@missing', 'nonsense', '0@links'].map(linkTo),
  ]);
  await client.deleteStream('soft');
  await client.tombstoneStream('hard');
  await client.setStreamMetadata('short', { maxCount: 1 });
  const expected = [
    'a@1 <- links@0',
    'links@1 <- none',
    'none <- links@2',
    'none <- links@3',
    'none <- links@4',
    'short@1 <- links@5',
    'none <- links@6',
    'none <- links@7',
    'none <- links@8',
    'links@0 <- links@9',
  ];

  const forwards = (await collect(client.readStream('links', RESOLVED))) as ResolvedEvent[];
  expect(forwards.map(told)).toEqual(expected);
  const backwards = await collect(
    client.readStream('links', { ...RESOLVED, direction: 'backwards', fromRevision: 'end' }),
  );
  expect(backwards.reverse()).toEqual(forwards);
  const [first] = forwards;
  expect(first?.event).toMatchObject({ type: 'Happened', data: { n: 1 } });
  expect(first?.commitPosition).toBe(first?.link?.position?.commit);
  const all = (await collect(client.readAll(RESOLVED))) as ResolvedEvent[];
  expect(all.map(told).filter((line) => line.includes('links@'))).toEqual(expected);

  const plain = (await collect(client.readStream('links'))) as ResolvedEvent[];
  expect(plain.map(told)).toEqual(expected.map((_, revision) => `links@${revision} <- none`));
});

it('gives them to subscriptions, of history and live', async () => {
  const { client } = peer;
  await client.appendToStream('b', [happened(0), happened(1)]);
  await client.appendToStream('followed', linkTo('0@b'));
  const subscriptions = [
    client.subscribeToStream('followed', { ...RESOLVED, fromRevision: START }),
    // The filter looks at the link, not at what it leads to.
    client.subscribeToAll({ ...RESOLVED, filter: eventTypeFilter({ prefixes: ['$>'] }) }),
  ];
  const isOurs = ({ link }: ResolvedEvent) => link?.streamId === 'followed';
  const seen = subscriptions.map(async (subscription) => {
    const lines: string[] = [];
    for await (const resolved of subscription as AsyncIterable<ResolvedEvent>) {
      if (!isOurs(resolved)) continue;
      if (lines.push(told(resolved)) === 1)
        await client.appendToStream('followed', linkTo('1@b'), { expectedRevision: 'any' });
      if (lines.length === 2) break;
    }
    return lines;
  });
  for (const lines of await Promise.all(seen)) expect(lines).toEqual(['b@0 <- followed@0', 'b@1 <- followed@1']);
});
