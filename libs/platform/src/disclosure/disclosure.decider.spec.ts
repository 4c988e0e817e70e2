import { specify } from '@yoyaku/kernel/specification';
import { Disclosure } from './disclosure.decider';

const { given } = specify(Disclosure.decider);
const data = { disclosureId: '01900000-0000-7000-8000-000000000001', category: 'user' };

it('is recorded once', () => {
  given([])
    .when({ type: 'DiscloseHistory', data })
    .then([{ type: 'HistoryDisclosed', data }]);
  given([{ type: 'HistoryDisclosed', data }])
    .when({ type: 'DiscloseHistory', data })
    .thenNothing();
});
