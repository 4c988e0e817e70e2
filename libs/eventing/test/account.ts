import { type Aggregate, ensure, type Message } from '@yoyaku/kernel';

/** A small aggregate for the specs of this library: a till that knows its holder and never goes below nothing. */
type AccountCommand =
  | Message<'OpenAccount', { accountId: string; holder: string }>
  | Message<'Deposit', { amount: number }>
  | Message<'Withdraw', { amount: number }>;

export type AccountEvent =
  | Message<'AccountOpened', { accountId: string; holder: string | null }>
  | Message<'Deposited', { amount: number }>
  | Message<'Withdrawn', { amount: number }>;

export interface AccountState {
  readonly accountId: string | null;
  readonly holder: string | null;
  readonly balance: number;
}

export const Account: Aggregate<AccountState, AccountCommand, AccountEvent> = {
  category: 'account',
  tenantOf: ({ accountId }) => accountId ?? '',
  snapshot: { every: 10, version: 1 },
  events: {
    AccountOpened: { version: 1, pii: { of: 'account', subject: 'accountId', fields: ['holder'] } },
    Deposited: { version: 2, upcasts: { 1: ({ cents }) => ({ amount: cents }) } },
    Withdrawn: { version: 1 },
  },
  decider: {
    initial: { accountId: null, holder: null, balance: 0 },
    decide: {
      OpenAccount: ({ data }, state) => {
        ensure(state.accountId === null, 'account.exists');
        return [{ type: 'AccountOpened', data }];
      },
      Deposit: ({ data }) => [{ type: 'Deposited', data }],
      Withdraw: ({ data }, state) => {
        ensure(state.balance >= data.amount, 'account.too_little', { balance: state.balance });
        return [{ type: 'Withdrawn', data }];
      },
    },
    evolve: {
      AccountOpened: (state, { data: { accountId, holder } }) => ({ ...state, accountId, holder }),
      Deposited: (state, { data: { amount } }) => ({ ...state, balance: state.balance + amount }),
      Withdrawn: (state, { data: { amount } }) => ({ ...state, balance: state.balance - amount }),
    },
  },
};
