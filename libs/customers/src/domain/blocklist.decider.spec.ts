import { type Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { Blocklist } from './blocklist.decider';
import type { BlocklistEvent } from './blocklist.events';

const { given } = specify(Blocklist.decider);

const businessId = '01900000-0000-7000-8000-000000000001';
const hanako = { businessId, customerId: '01900000-0000-7000-8000-000000000030', marks: ['e', 'p'] };
const again = { businessId, customerId: '01900000-0000-7000-8000-000000000031', marks: ['p'] };
const blocked: Unbranded<BlocklistEvent> = { type: 'PersonBlocked', data: hanako };
const unblocked: Unbranded<BlocklistEvent> = { type: 'PersonUnblocked', data: hanako };

describe('a blocklist', () => {
  it('takes up a person once, and what they are known by besides', () => {
    given([]).when({ type: 'BlockPerson', data: hanako }).then([blocked]);
    given([blocked]).when({ type: 'BlockPerson', data: hanako }).thenNothing();
    given([blocked])
      .when({ type: 'BlockPerson', data: { ...hanako, marks: ['e', 'q'] } })
      .then([{ type: 'PersonBlocked', data: { ...hanako, marks: ['q'] } }]);
  });

  it('lets go of a person, as whoever they were kept', () => {
    given([blocked]).when({ type: 'UnblockPerson', data: hanako }).then([unblocked]);
    given([blocked, unblocked]).when({ type: 'UnblockPerson', data: hanako }).thenNothing();
    given([blocked])
      .when({ type: 'UnblockPerson', data: again })
      .then([{ type: 'PersonUnblocked', data: again }]);
    given([blocked, { type: 'PersonUnblocked', data: { ...again, marks: ['e', 'p'] } }])
      .when({ type: 'UnblockPerson', data: hanako })
      .thenNothing();
  });

  it('has nothing to let go of for others', () =>
    given([blocked])
      .when({ type: 'UnblockPerson', data: { ...again, marks: ['x'] } })
      .thenNothing());
});
