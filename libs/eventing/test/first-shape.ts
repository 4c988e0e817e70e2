import { instant, uuid } from '@yoyaku/kernel';
import type { StoredEvent } from '../src';

/** An event as a build stored it that called causes by names of its own. */
export const FIRST_SHAPE: StoredEvent = {
  id: uuid('01900000-0000-7000-8000-0000000001a1'),
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
    commandId: uuid('01900000-0000-7000-8000-0000000001a2'),
    occurredAt: instant('2026-04-01T00:00:00Z'),
    schemaVersion: 1,
    prevHash: null,
    hash: '59802488d84142cc68cf60f53fd0507cca2f36bfd2d447839f30832c210e65f3',
  },
};

/** An event as a build stores it that records traces. */
export const TRACED: StoredEvent = {
  ...FIRST_SHAPE,
  id: uuid('01900000-0000-7000-8000-0000000001b1'),
  metadata: {
    tenantId: '01900000-0000-7000-8000-0000000001a0',
    actor: { id: null, role: 'user' },
    $correlationId: 'request 1',
    $causationId: 'command 1',
    commandId: uuid('01900000-0000-7000-8000-0000000001b2'),
    occurredAt: instant('2026-11-01T00:00:00Z'),
    schemaVersion: 1,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    prevHash: null,
    hash: '657e99824a157d5a770c0d4ce6f601316818af469b9a4bc908d64ee4ca2dab47',
  },
};
