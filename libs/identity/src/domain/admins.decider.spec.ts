import { specify } from '@yoyaku/kernel/specification';
import { Admins } from './admins.decider';

const { given } = specify(Admins.decider);
const [ann, bob] = [{ userId: 'ann' }, { userId: 'bob' }];
const enrolled = (data: typeof ann) => ({ type: 'AdminEnrolled', data }) as const;

describe('the admins', () => {
  it('are enrolled once', () => {
    given([])
      .when({ type: 'EnrolAdmin', data: ann })
      .then([enrolled(ann)]);
    given([enrolled(ann)])
      .when({ type: 'EnrolAdmin', data: ann })
      .thenNothing();
  });

  it('go, but not the last one', () => {
    const dismissed = { type: 'AdminDismissed', data: ann } as const;
    given([enrolled(ann), enrolled(bob)])
      .when({ type: 'DismissAdmin', data: ann })
      .then([dismissed]);
    given([enrolled(ann), enrolled(bob), dismissed])
      .when({ type: 'DismissAdmin', data: bob })
      .thenRejects('identity.last_admin');
    given([enrolled(ann)])
      .when({ type: 'DismissAdmin', data: ann })
      .thenRejects('identity.last_admin');
    given([enrolled(ann)])
      .when({ type: 'DismissAdmin', data: bob })
      .thenNothing();
    given([]).when({ type: 'DismissAdmin', data: bob }).thenRejects('identity.last_admin');
  });
});
