import { type Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { Customer, type CustomerCommand, type CustomerStep, type NewCustomer } from './customer.decider';
import type { CustomerEvent } from './customer.events';

const { given } = specify(Customer.decider);

const ids = {
  customerId: '01900000-0000-7000-8000-000000000030',
  businessId: '01900000-0000-7000-8000-000000000001',
};
const userId = '01900000-0000-7000-8000-00000000000b';
const hanako: Unbranded<NewCustomer> = {
  ...ids,
  name: 'Hanako',
  email: 'hanako@example.com',
  phone: null,
  birthday: '1990-01-02',
  locale: 'ja',
  assignedTo: null,
  status: 'customer',
  tags: ['vip'],
  consents: ['email'],
};
const create = (change: Partial<Unbranded<NewCustomer>> = {}): Unbranded<CustomerStep> => ({
  type: 'CreateCustomer',
  data: { ...hanako, ...change },
});
const created = (change: object = {}): Unbranded<CustomerEvent> => ({
  type: 'CustomerCreated',
  data: { ...hanako, status: 'customer', userId: null, ...change },
});
const { tags: _, consents: __, status: ___, ...changeable } = hanako;
const blocked: Unbranded<CustomerEvent> = { type: 'CustomerBlocked', data: { ...ids, reason: 'rude' } };
const removed: Unbranded<CustomerEvent> = { type: 'CustomerRemoved', data: ids };
const welcome: Unbranded<CustomerStep> = {
  type: 'WelcomeUser',
  data: { ...ids, userId, name: 'Hanako', email: 'hanako@example.com', phone: null, locale: 'ja' },
};
const welcomed = created({ userId, birthday: null, tags: [], consents: [] });

describe('a customer', () => {
  it('is created once', () => {
    given([]).when(create()).then([created()]);
    given([created()]).when(create()).thenNothing();
    given([created()])
      .when(create({ name: 'Taro' }))
      .thenRejects('customer.id_taken');
  });

  it('may be blocked from the start', () =>
    given([])
      .when(create({ status: 'blocked' }))
      .then([created(), { type: 'CustomerBlocked', data: { ...ids, reason: null } }]));

  it('is made of a user who books, once', () => {
    given([]).when(welcome).then([welcomed]);
    given([welcomed]).when(welcome).thenNothing();
    given([welcomed, blocked]).when(welcome).thenNothing();
    given([welcomed, removed]).when(welcome).then([welcomed]);
    given([welcomed, blocked, removed]).when(welcome).then([welcomed, blocked]);
  });

  it('is no lead any more after booking', () =>
    given([created({ userId, status: 'lead' })])
      .when(welcome)
      .then([{ type: 'CustomerStatusChanged', data: { ...ids, status: 'customer' } }]));

  it('changes by what is given', () => {
    given([created()])
      .when({ type: 'ChangeCustomer', data: { phone: '+81312345678' } })
      .then([{ type: 'CustomerChanged', data: { ...changeable, phone: '+81312345678' } }]);
    given([created()]).when({ type: 'ChangeCustomer', data: hanako }).thenNothing();
  });

  it('was born some day', () => {
    given([])
      .when(create({ birthday: '2026-04-03' }))
      .thenRejects('customer.born_later');
    given([created()])
      .when({ type: 'ChangeCustomer', data: { birthday: '2030-01-01' } })
      .thenRejects('customer.born_later');
  });

  it('has its tags and consents changed one by one', () =>
    given([created()])
      .when({ type: 'ChangeCustomer', data: { tags: ['regular'], consents: [] } })
      .then([
        { type: 'CustomerUntagged', data: { ...ids, tag: 'vip' } },
        { type: 'CustomerTagged', data: { ...ids, tag: 'regular' } },
        { type: 'ConsentWithdrawn', data: { ...ids, channel: 'email' } },
      ]));

  it('agrees to be written to by a channel', () => {
    const give = { type: 'GiveConsent', data: { channel: 'sms' } } as const;
    const agreed: Unbranded<CustomerEvent> = { type: 'ConsentGiven', data: { ...ids, channel: 'sms' } };
    given([created()]).when(give).then([agreed]);
    given([created(), agreed]).when(give).thenNothing();
    given([created(), removed]).when(give).thenRejects('customer.not_found');
  });

  it('takes that back', () => {
    const withdraw = { type: 'WithdrawConsent', data: { channel: 'email' } } as const;
    const withdrawn: Unbranded<CustomerEvent> = { type: 'ConsentWithdrawn', data: { ...ids, channel: 'email' } };
    given([created()]).when(withdraw).then([withdrawn]);
    given([created(), withdrawn]).when(withdraw).thenNothing();
    given([created(), removed]).when(withdraw).thenRejects('customer.not_found');
  });

  it('is blocked and unblocked', () => {
    const block = { type: 'ChangeCustomer', data: { status: 'blocked', blockReason: 'rude' } } as const;
    const unblocked: Unbranded<CustomerEvent> = { type: 'CustomerUnblocked', data: ids };
    given([created()]).when(block).then([blocked]);
    given([created(), blocked]).when(block).thenNothing();
    given([created(), blocked])
      .when({ type: 'ChangeCustomer', data: { status: 'customer' } })
      .then([unblocked]);
    given([created(), blocked])
      .when({ type: 'ChangeCustomer', data: { status: 'inactive' } })
      .then([unblocked, { type: 'CustomerStatusChanged', data: { ...ids, status: 'inactive' } }]);
  });

  it('is one user, who was asked and says so', () => {
    const other = '01900000-0000-7000-8000-00000000000c';
    const offered: Unbranded<CustomerEvent> = { type: 'CustomerLinkOffered', data: { ...ids, userId } };
    const linked: Unbranded<CustomerEvent> = { type: 'CustomerUserLinked', data: { ...ids, userId } };
    given([created()]).when({ type: 'OfferLink', data: { userId } }).then([offered]);
    given([created(), offered]).when({ type: 'OfferLink', data: { userId } }).thenNothing();
    given([created()]).when({ type: 'LinkUser', data: { userId } }).thenRejects('customer.link_not_offered');
    given([created(), offered])
      .when({ type: 'LinkUser', data: { userId: other } })
      .thenRejects('customer.link_not_offered');
    given([created(), offered]).when({ type: 'LinkUser', data: { userId } }).then([linked]);
    given([created(), offered, linked]).when({ type: 'LinkUser', data: { userId } }).thenNothing();
    for (const type of ['OfferLink', 'LinkUser'] as const)
      given([created(), offered, linked])
        .when({ type, data: { userId: other } })
        .thenRejects('customer.already_linked');
  });

  it('under the id of another user, or of another business, is not the one who books', () => {
    const others = [created({ userId: ids.businessId }), created({ userId, businessId: userId }), created()];
    for (const other of others) given([other]).when(welcome).thenRejects('customer.id_taken');
  });

  it('that a user is may be another than the one derived from the user, unless that is there', () => {
    const data = { ...ids, to: '01900000-0000-7000-8000-000000000031' };
    const pointed: Unbranded<CustomerEvent> = { type: 'CustomerPointedElsewhere', data };
    given([]).when({ type: 'PointElsewhere', data }).then([pointed]);
    given([pointed]).when({ type: 'PointElsewhere', data }).thenNothing();
    given([welcomed]).when({ type: 'PointElsewhere', data }).thenRejects('customer.user_taken');
  });

  it('is removed', () => {
    given([created()]).when({ type: 'RemoveCustomer', data: {} }).then([removed]);
    given([created(), removed]).when({ type: 'RemoveCustomer', data: {} }).thenNothing();
    given([created(), removed]).when({ type: 'ChangeCustomer', data: {} }).thenRejects('customer.not_found');
  });

  it('is erased for good, also after it was removed', () => {
    const erase: Unbranded<CustomerStep> = { type: 'EraseCustomer', data: {} };
    const erased: Unbranded<CustomerEvent> = { type: 'CustomerErased', data: ids };
    given([created()]).when(erase).then([erased]);
    given([created(), removed]).when(erase).then([erased]);
    given([created(), erased]).when(erase).thenNothing();
    given([]).when(erase).thenRejects('customer.not_found');
    const later: Unbranded<CustomerCommand | CustomerStep>[] = [
      welcome,
      { type: 'ChangeCustomer', data: { name: 'Hanako' } },
      { type: 'LinkUser', data: { userId } },
      { type: 'RemoveCustomer', data: {} },
    ];
    for (const command of later) given([created(), erased]).when(command).thenRejects('customer.erased');
    given([created(), erased]).when(create()).thenRejects('customer.id_taken');
  });
});
