import { setTimeout as delay } from 'node:timers/promises';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb';
import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import { UUID } from '@eventstore/db-client/generated/shared_pb';
import { Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js';
import { newUuid } from '@yoyaku/kernel';
import { measureDelay, type TcpProxy, tcpProxy } from '@yoyaku/testing';
import { Account } from './account';
import { type Bank, openBank } from './bank';
import { noticedWithin } from './patience';

let bank: Bank;
beforeAll(async () => {
  bank = await openBank();
});
afterAll(() => bank.close());

const { LEADER, FOLLOWER } = MemberInfo.VNodeState;

/**
 * A cluster of three as its clients meet it, over one store that stands for the replicas of all: a client asks any
 * member by gossip who leads, and goes there. The members are ways to the store and to the gossip that can be closed.
 */
async function startCluster(eventStoreUrl: string) {
  let leader = 0;
  const ids = [0, 1, 2].map(() => newUuid());
  const gossip = new Server();
  gossip.addService(GossipService, {
    read: (_call: unknown, callback: sendUnaryData<ClusterInfo>) => {
      callback(null, new ClusterInfo().setMembersList(members.map(infoOf)));
    },
  });
  const gossipPort = await new Promise<number>((resolve, reject) => {
    gossip.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
  const members = await Promise.all(
    ids.map(async (id) => ({
      id,
      store: await tcpProxy(eventStoreUrl),
      gossip: await tcpProxy(`esdb://127.0.0.1:${gossipPort}`),
    })),
  );

  function infoOf({ id, store }: (typeof members)[number], index: number): MemberInfo {
    const address = new EndPoint().setAddress('127.0.0.1').setPort(store.port);
    return new MemberInfo()
      .setInstanceId(new UUID().setString(id))
      .setState(index === leader ? LEADER : FOLLOWER)
      .setIsAlive(true)
      .setHttpEndPoint(address);
  }

  const onLeader = (disturb: (way: TcpProxy) => void) => {
    for (const way of [members[leader]!.store, members[leader]!.gossip]) disturb(way);
  };
  return {
    url: `esdb://${members.map((member) => `127.0.0.1:${member.gossip.port}`).join(',')}?tls=false`,
    killLeader: () => onLeader((way) => way.refuse()),
    freezeLeader: () => onLeader((way) => way.silence()),
    /** Until then gossip names the one that is gone: the others have not noticed yet. */
    elect: () => {
      leader += 1;
    },
    close: async () => {
      gossip.forceShutdown();
      for (const { store, gossip: way } of members) await Promise.all([store.close(), way.close()]);
    },
  };
}

/**
 * What a caller meets who deposits again and again while the leader is lost; times in milliseconds, and for how long this
 * process, whose store is in it, was kept from running meanwhile.
 */
async function lose(loss: 'killed' | 'frozen', electionAfter: number) {
  const cluster = await startCluster(bank.servers.eventStoreUrl);
  const through = bank.aProcess(bank.connect(cluster.url));
  const following = new AbortController();
  void through.follow(following.signal);
  const id = await bank.open(through);
  await through.load(Account, id, 'requireLoad');
  if (loss === 'killed') cluster.killLeader();
  else cluster.freezeLeader();
  const delayed = measureDelay();
  const election = delay(electionAfter).then(() => {
    cluster.elect();
    return performance.now();
  });
  const waits: number[] = [];
  for (let done = false; !done; await delay(20)) {
    const began = performance.now();
    done = await bank.deposit(id, 1, through).then(
      () => true,
      () => false,
    );
    waits.push(performance.now() - began);
  }
  const doneAt = performance.now();
  const elected = await election;
  const heldUp = delayed();
  const writesAfter = doneAt - elected;
  const longestWait = Math.max(...waits);
  const { balance } = (await bank.deposit(id, 1, through)).state;
  const isWhole = await bank.isWhole(id);
  following.abort();
  await cluster.close();
  return { writesAfter, longestWait, heldUp, tried: waits.length + 1, balance, isWhole };
}

/** One after the other: when a connection breaks, the client takes appends on every other one of its process for failed. */
test.each([
  // A client that tries again by itself took 1.2 s after the election of a real cluster: a second more at most.
  { loss: 'killed', electionAfter: 1_000, most: 2_200 },
  // Elected when nobody waits any more for an answer of the one that is lost.
  { loss: 'frozen', electionAfter: 3_500, most: 3_000 },
] as const)(
  'a leader that is $loss: no caller waits beyond the deadline, and writing goes on soon after the election',
  async ({ loss, electionAfter, most }) => {
    const { writesAfter, longestWait, heldUp, tried, balance, isWhole } = await lose(loss, electionAfter);
    expect(writesAfter).toBeLessThan(noticedWithin(most, heldUp));
    expect(longestWait).toBeLessThan(noticedWithin(3_000, heldUp));
    // Two were answered; each other one was stored once, or not at all.
    expect(balance).toBeGreaterThanOrEqual(2);
    expect(balance).toBeLessThanOrEqual(tried);
    expect(isWhole).toBe(true);
  },
);
