import { EventCodec, isIntact } from '../src';
import { Account } from './account';
import { everybodysKey } from './bank';
import { FIRST_SHAPE, TRACED } from './first-shape';

describe('an event of the first shape', () => {
  it('still is what was appended, by its hash', () => {
    expect(isIntact(FIRST_SHAPE, null)).toBe(true);
  });

  it('is read with what led to it', async () => {
    const [event] = await new EventCodec([Account], everybodysKey).openAll([FIRST_SHAPE]);
    expect(event).toMatchObject({ correlationId: 'request 1', causationId: 'command 1' });
  });
});

it('an event that names the trace it belongs to is what was appended, and is read with that', async () => {
  expect(isIntact(TRACED, null)).toBe(true);
  const [event] = await new EventCodec([Account], everybodysKey).openAll([TRACED]);
  expect(event?.traceparent).toBe(TRACED.metadata.traceparent);
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
