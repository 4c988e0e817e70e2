import type { VerticalEvent } from '@yoyaku/business/events';
import { type Unbranded } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { verticalsProjection } from './projection';

const verticalId = '01900000-0000-7000-8000-0000000000f1';
const details = { name: 'Hair', description: null };
const created: Unbranded<VerticalEvent> = { type: 'VerticalCreated', data: { verticalId, ...details } };
const times = { createdAt: '2026-04-01T00:00:00Z', updatedAt: '2026-04-01T00:00:00Z' };

const rowsAfter = (...events: Unbranded<VerticalEvent>[]) =>
  runProjection(
    verticalsProjection,
    events.map((event) => ({ ...event, stream: `vertical-${verticalId}` })),
  ).verticals;

it('the verticals projection holds those that there are', () => {
  const row = { id: verticalId, ...details, ...times, revision: 0 };
  expect(rowsAfter(created)).toEqual([row]);
  const changed = { type: 'VerticalChanged', data: { verticalId, ...details, name: 'Nails' } } as const;
  expect(rowsAfter(created, changed)).toEqual([{ ...row, name: 'Nails', revision: 1 }]);
  expect(rowsAfter(created, { type: 'VerticalRemoved', data: { verticalId } })).toEqual([]);
});
