import { EventCodec, type EventMetadata, type StoredEvent, systemContext } from '@yoyaku/eventing';
import { evolve, instant, type Uuid, uuid } from '@yoyaku/kernel';
import { fixedKeys } from '@yoyaku/testing';
import { Customer } from '../src';
import type { CustomerEvent } from '../src/events';

const ids = {
  customerId: uuid('01900000-0000-7000-8000-000000000030'),
  businessId: uuid('01900000-0000-7000-8000-000000000001'),
};
const stream = `customer-${ids.customerId}`;
const details = { name: null, email: null, phone: null, birthday: null, locale: null, assignedTo: null, userId: null };
const metadata: EventMetadata = {
  tenantId: ids.businessId,
  actor: { id: null, role: 'user' },
  correlationId: 'a',
  causationId: 'a',
  commandId: ids.customerId,
  occurredAt: instant('2026-04-01T00:00:00Z'),
  schemaVersion: 1,
  prevHash: null,
  hash: 'a',
};
const stored = (revision: number, type: string, data: object): StoredEvent => ({
  id: uuid(`01900000-0000-7000-8000-00000000010${revision}`),
  stream,
  revision,
  position: BigInt(revision),
  type,
  data: { ...ids, ...data },
  metadata,
});

/** As events of the first version stand in stores. */
const FIRST_SHAPES = [
  stored(0, 'CustomerCreated', { ...details, status: 'customer', tags: ['vip', 'shy'], consents: [] }),
  stored(1, 'CustomerTagged', { tag: 'poet' }),
  stored(2, 'CustomerUntagged', { tag: 'vip' }),
];

const keys = fixedKeys(Buffer.alloc(32, 7));
const codecWithKeyOf = (...known: Uuid[]) => {
  const find = (subjects: readonly string[]) =>
    keys.find(subjects.filter((subject) => known.some((id) => subject.endsWith(id))));
  return new EventCodec([Customer], { ...keys, ensure: find, find });
};
const stateAfter = async (events: readonly StoredEvent[], codec: EventCodec) =>
  (await codec.openAll(events)).reduce(
    (state, event) => evolve(Customer.decider, state, event as typeof event & CustomerEvent),
    Customer.decider.initial,
  );

describe('tags of customers', () => {
  it('are read where they once stood in clear', async () => {
    expect(await stateAfter(FIRST_SHAPES, codecWithKeyOf(ids.customerId))).toMatchObject({ tags: ['shy', 'poet'] });
  });

  it('are sealed now, and gone with the key', async () => {
    const tagged = [
      { type: 'CustomerCreated', data: { ...ids, ...details, status: 'customer', tags: ['shy'], consents: [] } },
      { type: 'CustomerTagged', data: { ...ids, tag: 'poet' } },
      { type: 'CustomerUntagged', data: { ...ids, tag: 'shy' } },
    ];
    const codec = codecWithKeyOf(ids.customerId);
    const start = { revision: -1, hash: null };
    const sealed = await codec.sealAll(stream, tagged, systemContext('spec'), ids.businessId, start);
    const events = sealed.map((event, i): StoredEvent => ({ ...event, stream, revision: i, position: BigInt(i) }));
    expect(JSON.stringify(sealed)).not.toMatch(/"(shy|poet)"/);
    expect(await stateAfter(events, codec)).toMatchObject({ tags: ['poet'] });
    expect(await stateAfter(events, codecWithKeyOf())).toMatchObject({ status: 'customer', tags: [] });
  });
});
