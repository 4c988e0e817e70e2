import { EventCodec, isIntact, type StoredEvent } from '../src';
import { Account } from './account';
import { everybodysKey } from './bank';

/** An event as a build stored it that called causes by names of its own. */
const FIRST_SHAPE: StoredEvent = {
  id: '01900000-0000-7000-8000-0000000001a1',
  stream: 'account-01900000-0000-7000-8000-0000000001a0',
  revision: 0,
  position: 0n,
  type: 'AccountOpened',
  data: { accountId: '01900000-0000-7000-8000-0000000001a0', holder: null },
  metadata: {
    tenantId: '01900000-0000-7000-8000-0000000001a0',
    actor: { id: null, role: 'user' },
    correlationId: 'request 1',
    causationId: 'command 1',
    commandId: '01900000-0000-7000-8000-0000000001a2',
    occurredAt: '2026-04-01T00:00:00Z',
    schemaVersion: 1,
    prevHash: null,
    hash: '59802488d84142cc68cf60f53fd0507cca2f36bfd2d447839f30832c210e65f3',
  },
};

describe('an event of the first shape', () => {
  it('still is what was appended, by its hash', () => {
    expect(isIntact(FIRST_SHAPE, null)).toBe(true);
  });

  it('is read with what led to it', async () => {
    const [event] = await new EventCodec([Account], everybodysKey).openAll([FIRST_SHAPE]);
    expect(event).toMatchObject({ correlationId: 'request 1', causationId: 'command 1' });
  });
});

it('events now name what led to them as the store does', async () => {
  const codec = new EventCodec([Account], everybodysKey);
  const { correlationId: _, causationId: __, ...rest } = FIRST_SHAPE.metadata;
  const context = {
    commandId: rest.commandId,
    at: rest.occurredAt,
    actor: { ...rest.actor, ip: null, userAgent: null },
  };
  const [sealed] = await codec.sealAll(
    FIRST_SHAPE.stream,
    [{ type: 'AccountOpened', data: FIRST_SHAPE.data }],
    { ...context, correlationId: 'request 2', causationId: 'command 2' },
    'tenant',
    { revision: -1, hash: null },
  );
  expect(sealed?.metadata).toMatchObject({ $correlationId: 'request 2', $causationId: 'command 2' });
  expect(sealed?.metadata).not.toHaveProperty('correlationId');
  const [event] = await codec.openAll([{ ...FIRST_SHAPE, ...sealed }]);
  expect(event).toMatchObject({ correlationId: 'request 2', causationId: 'command 2' });
});
