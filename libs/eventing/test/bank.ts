import { deriveUuid, newUuid, now, type Uuid } from '@yoyaku/kernel';
import { fixedKeys, startServers } from '@yoyaku/testing';
import {
  AggregateStore,
  type AggregateStoreOptions,
  type CommandContext,
  EventCodec,
  type EventStore,
  EventStoreDb,
  type EventStoreDbOptions,
  isIntact,
  systemContext,
} from '../src';
import { Account } from './account';

export const everybodysKey = fixedKeys(Buffer.alloc(32, 7));

export const actor = { id: newUuid(), role: 'user', ip: '203.0.113.7', userAgent: 'spec' };

export const context = (more: Partial<CommandContext> = {}): CommandContext => {
  const commandId = more.commandId ?? newUuid();
  return {
    ...systemContext('spec'),
    commandId,
    at: now(),
    actor,
    correlationId: commandId,
    causationId: commandId,
    ...more,
  };
};

/** The context of a command that may come again. */
export const repeatable = (more: Partial<CommandContext> = {}): CommandContext =>
  context({ commandId: deriveUuid('key', newUuid()), ...more });

/** What only a store that misbehaves does. */
export const misbehaving = (store: EventStore, ways: Partial<EventStore>): EventStore =>
  Object.assign(Object.create(store) as EventStore, ways);

/** Accounts in an event store of their own, and as many processes as are asked for. */
export async function openBank() {
  const servers = await startServers();
  const eventStore = new EventStoreDb(servers.eventStoreUrl, { prefix: servers.eventStorePrefix });
  const codec = new EventCodec([Account], everybodysKey);
  const ending = new AbortController();
  const closing: (() => Promise<unknown>)[] = [() => eventStore.close()];

  /** One more process. */
  const aProcess = (store: EventStore = eventStore, options: AggregateStoreOptions = {}) =>
    new AggregateStore(store, codec, options);
  const first = aProcess();

  const stored = (id: string) => Array.fromAsync(eventStore.readStream(`account-${id}`));
  return {
    servers,
    eventStore,
    codec,
    aProcess,
    stored,
    /** Aborts when the bank is closed. */
    ending: ending.signal,
    /** A store of its own connection, closed with the bank. */
    connect: (url: string, options?: EventStoreDbOptions): EventStoreDb => {
      const store = new EventStoreDb(url, { prefix: servers.eventStorePrefix, ...options });
      closing.push(() => store.close());
      return store;
    },
    open: async (through = first, ctx = context()): Promise<Uuid> => {
      const accountId = newUuid();
      await through.execute(
        Account,
        accountId,
        { type: 'OpenAccount', data: { accountId, holder: 'Aki' } },
        ctx,
        'assumeEmpty',
      );
      return accountId;
    },
    deposit: (id: string, amount: number, through = first, ctx = context()) =>
      through.execute(Account, id, { type: 'Deposit', data: { amount } }, ctx),
    withdraw: (id: string, amount: number, through = first, ctx = context()) =>
      through.execute(Account, id, { type: 'Withdraw', data: { amount } }, ctx),
    /** Deposits of 1 by that many commands, appended a few hundred at a time. */
    depositMany: async (id: string, commands: number) => {
      const last = (await stored(id)).at(-1);
      let link = { revision: last?.revision ?? -1, hash: last?.metadata.hash ?? null };
      for (let done = 0; done < commands; ) {
        const events = [];
        for (; done < commands && events.length < 300; done++) {
          const deposit = { type: 'Deposited', data: { amount: 1 } };
          const [event] = await codec.sealAll(`account-${id}`, [deposit], context(), id, {
            revision: link.revision + events.length,
            hash: events.at(-1)?.metadata.hash ?? link.hash,
          });
          if (event) events.push(event);
        }
        const { revision } = await eventStore.append(`account-${id}`, link.revision, events);
        link = { revision, hash: events.at(-1)?.metadata.hash ?? null };
      }
    },
    /** Whether every event is what was appended after the one before it. */
    isWhole: async (id: string) => {
      let prevHash: string | null = null;
      for (const event of await stored(id)) {
        if (!isIntact(event, prevHash)) return false;
        prevHash = event.metadata.hash;
      }
      return true;
    },
    close: async () => {
      ending.abort();
      await Promise.all(closing.map((close) => close()));
      await servers.stop();
    },
  };
}

export type Bank = Awaited<ReturnType<typeof openBank>>;
