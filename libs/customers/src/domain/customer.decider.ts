import {
  type Aggregate,
  type Decider,
  DomainError,
  ensure,
  type Instant,
  isSame,
  type LocalDate,
  localDate,
  type Message,
  plusDays,
  tenantOfBusiness,
  type Uuid,
} from '@yoyaku/kernel';
import {
  type Channel,
  CUSTOMER,
  type CustomerDetails,
  type CustomerEvent,
  type CustomerProfile,
  customerEvents,
  type Standing,
} from './customer.events';

interface Ids {
  readonly customerId: Uuid;
  readonly businessId: Uuid;
}

interface Lists {
  readonly tags: readonly string[];
  readonly consents: readonly Channel[];
}

export type NewCustomer = Ids & CustomerProfile & CustomerDetails & Lists & { readonly status: Standing };

/** Only the given fields change. `blockReason` belongs to the status `blocked`. */
export type CustomerChange = Partial<CustomerProfile & CustomerDetails & Lists> & {
  readonly status?: Standing;
  readonly blockReason?: string | null;
};

export type CustomerCommand =
  | Message<'GiveConsent', { channel: Channel }>
  | Message<'WithdrawConsent', { channel: Channel }>
  | Message<'RemoveCustomer', object>;

/** Steps of commands in `application/`, which look at members and users, and keep the list of who is blocked. */
export type CustomerStep =
  | Message<'CreateCustomer', NewCustomer>
  /** A user books at this business, perhaps for the first time. */
  | Message<
      'WelcomeUser',
      Ids & Pick<CustomerProfile, 'name' | 'email' | 'phone'> & { userId: Uuid; locale: string | null }
    >
  | Message<'ChangeCustomer', CustomerChange>
  /** Asks that user whether they are the customer. */
  | Message<'OfferLink', { userId: Uuid }>
  /** That user, who was asked, says yes. */
  | Message<'LinkUser', { userId: Uuid }>
  /** For the stream whose id derives from a user's: that user is the customer `to`. */
  | Message<'PointElsewhere', Ids & { to: Uuid }>
  | Message<'EraseCustomer', object>;

interface PresentCustomer extends Ids, CustomerProfile, CustomerDetails, Lists {
  readonly status: Standing;
  /** The user who is this customer. Only that user's own act sets it. */
  readonly userId: Uuid | null;
  /** The user who is asked whether they are the customer. */
  readonly linkOfferedTo: Uuid | null;
  readonly blockReason: string | null;
  readonly createdAt: Instant;
}

/** No longer listed. A block stays in force. */
interface RemovedCustomer extends Omit<PresentCustomer, 'status'> {
  readonly status: 'removed';
  readonly wasBlocked: boolean;
}

export type KnownCustomer = PresentCustomer | RemovedCustomer;

export interface ErasedCustomer extends Ids {
  readonly status: 'erased';
  readonly userId: Uuid | null;
  /** A block stays in force when the personal data is gone. */
  readonly wasBlocked: boolean;
}

export type CustomerState =
  | { readonly status: 'none' }
  | (Ids & { readonly status: 'elsewhere'; readonly to: Uuid })
  | KnownCustomer
  | ErasedCustomer;

export const isKnownCustomer = (state: CustomerState): state is KnownCustomer =>
  state.status !== 'none' && state.status !== 'elsewhere' && state.status !== 'erased';

/** Whether the business has blocked this person, even if the record was removed or erased later. */
export const isBlockedCustomer = (state: CustomerState): boolean =>
  state.status === 'blocked' || ('wasBlocked' in state && state.wasBlocked);

/** Whether the customer is that user at that business. A derived id alone proves nothing: others may have used it. */
export const isOf = (state: CustomerState, businessId: Uuid, userId: Uuid): boolean =>
  isKnownCustomer(state) && state.businessId === businessId && state.userId === userId;

const decider: Decider<CustomerState, CustomerCommand | CustomerStep, CustomerEvent> = {
  initial: { status: 'none' },
  decide: {
    CreateCustomer: ({ data: { status, ...data }, at }, state) => {
      ensureBorn(data, at);
      if (state.status !== 'none') {
        ensure(isKnownCustomer(state) && state.status === status, 'customer.id_taken');
        const { userId: _, linkOfferedTo: __, blockReason: ___, createdAt: ____, ...current } = state;
        ensure(isSame({ ...data, status }, current), 'customer.id_taken');
        return [];
      }
      const { customerId, businessId } = data;
      const created = { ...data, userId: null, status: status === 'blocked' ? 'customer' : status } as const;
      return [
        { type: 'CustomerCreated', data: created },
        ...(status === 'blocked'
          ? [{ type: 'CustomerBlocked', data: { customerId, businessId, reason: null } } as const]
          : []),
      ];
    },
    WelcomeUser: ({ data }, state) => {
      const created = { type: 'CustomerCreated', data: { ...NEWCOMER, ...data } } as const;
      if (state.status === 'none') return [created];
      ensure(state.status !== 'erased', 'customer.erased');
      const { customerId, businessId, userId } = data;
      ensure(isOf(state, businessId, userId), 'customer.id_taken');
      if (state.status === 'removed') {
        const { blockReason: reason } = state as RemovedCustomer;
        return isBlockedCustomer(state)
          ? [created, { type: 'CustomerBlocked', data: { customerId, businessId, reason } }]
          : [created];
      }
      return state.status === 'lead'
        ? [{ type: 'CustomerStatusChanged', data: { customerId, businessId, status: 'customer' } }]
        : [];
    },
    ChangeCustomer: ({ data: { status, blockReason = null, tags, consents, ...details }, at }, state) => {
      ensureBorn(details, at);
      const customer = presentCustomer(state);
      const ids = idsOf(customer);
      const current = { ...ids, ...profileOf(customer), ...detailsOf(customer) };
      const changed = { ...current, ...details };
      return [
        ...(isSame(changed, current) ? [] : [{ type: 'CustomerChanged', data: changed } as const]),
        ...(status ? changeOfStatus(customer, status, blockReason) : []),
        ...difference(customer.tags, tags, (tag) => ({ type: 'CustomerUntagged', data: { ...ids, tag } })),
        ...difference(tags, customer.tags, (tag) => ({ type: 'CustomerTagged', data: { ...ids, tag } })),
        ...difference(customer.consents, consents, (channel) => ({
          type: 'ConsentWithdrawn',
          data: { ...ids, channel },
        })),
        ...difference(consents, customer.consents, (channel) => ({ type: 'ConsentGiven', data: { ...ids, channel } })),
      ];
    },
    OfferLink: ({ data: { userId } }, state) => {
      const customer = presentCustomer(state);
      if (customer.userId === userId || customer.linkOfferedTo === userId) return [];
      ensure(customer.userId === null, 'customer.already_linked', { path: 'userId' });
      return [{ type: 'CustomerLinkOffered', data: { ...idsOf(customer), userId } }];
    },
    LinkUser: ({ data: { userId } }, state) => {
      const customer = presentCustomer(state);
      if (customer.userId === userId) return [];
      ensure(customer.userId === null, 'customer.already_linked', { path: 'userId' });
      ensure(customer.linkOfferedTo === userId, 'customer.link_not_offered', { path: 'userId' });
      return [{ type: 'CustomerUserLinked', data: { ...idsOf(customer), userId } }];
    },
    PointElsewhere: ({ data }, state) => {
      if (state.status === 'elsewhere' && state.to === data.to) return [];
      ensure(state.status === 'none', 'customer.user_taken', { path: 'userId' });
      return [{ type: 'CustomerPointedElsewhere', data }];
    },
    GiveConsent: ({ data: { channel } }, state) => {
      const customer = presentCustomer(state);
      if (customer.consents.includes(channel)) return [];
      return [{ type: 'ConsentGiven', data: { ...idsOf(customer), channel } }];
    },
    WithdrawConsent: ({ data: { channel } }, state) => {
      const customer = presentCustomer(state);
      if (!customer.consents.includes(channel)) return [];
      return [{ type: 'ConsentWithdrawn', data: { ...idsOf(customer), channel } }];
    },
    RemoveCustomer: (_, state) =>
      state.status === 'removed' ? [] : [{ type: 'CustomerRemoved', data: idsOf(presentCustomer(state)) }],
    EraseCustomer: (_, state) => {
      if (state.status === 'erased') return [];
      if (!isKnownCustomer(state)) throw new DomainError('customer.not_found');
      return [{ type: 'CustomerErased', data: idsOf(state) }];
    },
  },
  evolve: {
    CustomerCreated: (_, { data, at }) => ({
      blockReason: null,
      linkOfferedTo: null,
      createdAt: at,
      ...data,
      tags: data.tags ?? [],
    }),
    CustomerChanged: (state, { data }) => changed(state, data),
    CustomerStatusChanged: (state, { data: { status } }) => changed(state, { status }),
    CustomerTagged: (state, { data: { tag } }) =>
      tag === null ? state : changed(state, { tags: [...(state as KnownCustomer).tags, tag] }),
    CustomerUntagged: (state, { data: { tag } }) =>
      changed(state, { tags: (state as KnownCustomer).tags.filter((one) => one !== tag) }),
    ConsentGiven: (state, { data: { channel } }) =>
      changed(state, { consents: [...(state as KnownCustomer).consents, channel] }),
    ConsentWithdrawn: (state, { data: { channel } }) =>
      changed(state, { consents: (state as KnownCustomer).consents.filter((one) => one !== channel) }),
    CustomerBlocked: (state, { data: { reason } }) => changed(state, { status: 'blocked', blockReason: reason }),
    CustomerUnblocked: (state) => changed(state, { status: 'customer', blockReason: null }),
    CustomerLinkOffered: (state, { data: { userId } }) => changed(state, { linkOfferedTo: userId }),
    CustomerUserLinked: (state, { data: { userId } }) => changed(state, { userId, linkOfferedTo: null }),
    CustomerPointedElsewhere: (_, { data }) => ({ status: 'elsewhere', ...data }),
    CustomerRemoved: (state) => ({
      ...(state as PresentCustomer),
      status: 'removed',
      wasBlocked: isBlockedCustomer(state),
    }),
    CustomerErased: (state, { data }) => ({
      ...data,
      status: 'erased',
      userId: (state as KnownCustomer).userId,
      wasBlocked: isBlockedCustomer(state),
    }),
  },
};

const NEWCOMER = { birthday: null, assignedTo: null, status: 'customer', tags: [], consents: [] } as const;

/** A customer of a business. If a user became a customer by booking, the id is derived from both ids. */
export const Customer: Aggregate<CustomerState, CustomerCommand | CustomerStep, CustomerEvent, KnownCustomer> = {
  category: CUSTOMER,
  decider,
  events: customerEvents,
  tenantOf: tenantOfBusiness,
  known: presentCustomer,
};

/** Throws `customer.not_found`, also for a removed customer, and `customer.erased`. */
export function presentCustomer(state: CustomerState): KnownCustomer {
  ensure(state.status !== 'erased', 'customer.erased');
  if (!isKnownCustomer(state) || state.status === 'removed') throw new DomainError('customer.not_found');
  return state;
}

/** The customer of whom history says that they are erased. Throws `customer.not_found`. */
export function erasedCustomer(state: CustomerState): ErasedCustomer {
  if (state.status !== 'erased') throw new DomainError('customer.not_found');
  return state;
}

/** No birthday is later than today in the easternmost time zone. Throws `customer.born_later`. */
const ensureBorn = ({ birthday = null }: { birthday?: LocalDate | null }, at: Instant): void =>
  ensure(birthday === null || birthday <= plusDays(localDate(at, 'UTC'), 1), 'customer.born_later', {
    path: 'birthday',
  });

function changeOfStatus(customer: KnownCustomer, to: Standing, reason: string | null): readonly CustomerEvent[] {
  const data = idsOf(customer);
  if (to === customer.status) return [];
  if (to === 'blocked') return [{ type: 'CustomerBlocked', data: { ...data, reason } }];
  const unblocked = { type: 'CustomerUnblocked', data } as const;
  const changed = { type: 'CustomerStatusChanged', data: { ...data, status: to } } as const;
  if (customer.status !== 'blocked') return [changed];
  return to === 'customer' ? [unblocked] : [unblocked, changed];
}

/** An event for each item of the first list that the second lacks; none if either list is missing. */
const difference = <T>(
  from: readonly T[] | undefined,
  without: readonly T[] | undefined,
  event: (item: T) => CustomerEvent,
): readonly CustomerEvent[] => (from && without ? from.filter((item) => !without.includes(item)).map(event) : []);

const idsOf = ({ customerId, businessId }: KnownCustomer): Ids => ({ customerId, businessId });

const profileOf = ({ name, email, phone, birthday }: KnownCustomer): CustomerProfile => ({
  name,
  email,
  phone,
  birthday,
});

const detailsOf = ({ locale, assignedTo }: KnownCustomer): CustomerDetails => ({ locale, assignedTo });

const changed = (state: CustomerState, change: Partial<PresentCustomer>): CustomerState => ({
  ...(state as PresentCustomer),
  ...change,
});
