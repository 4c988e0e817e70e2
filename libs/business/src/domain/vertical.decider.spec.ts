import { type Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { Vertical } from './vertical.decider';
import type { VerticalEvent } from './vertical.events';

const { given } = specify(Vertical.decider);
const verticalId = '01900000-0000-7000-8000-0000000000f1';
const data = { verticalId, name: 'Hair', description: null };
const created: Unbranded<VerticalEvent> = { type: 'VerticalCreated', data };
const removed: Unbranded<VerticalEvent> = { type: 'VerticalRemoved', data: { verticalId } };

it('a vertical is created, changed and removed', () => {
  given([]).when({ type: 'CreateVertical', data }).then([created]);
  given([created]).when({ type: 'CreateVertical', data }).thenNothing();
  given([created])
    .when({ type: 'ChangeVertical', data: { name: 'Hair and beard' } })
    .then([{ type: 'VerticalChanged', data: { ...data, name: 'Hair and beard' } }]);
  given([created]).when({ type: 'RemoveVertical', data: {} }).then([removed]);
  given([created, removed]).when({ type: 'RemoveVertical', data: {} }).thenNothing();
  given([created, removed])
    .when({ type: 'ChangeVertical', data: { name: 'Nails' } })
    .thenRejects('vertical.not_found');
});
