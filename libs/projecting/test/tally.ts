import { type Message, type Uuid } from '@yoyaku/kernel';
import { defineProjection, defineTable, instant, integer, nullable, text, texts, uuid } from '@yoyaku/projecting';

/** A small read model for the specs of this library: accounts with their balance, and how many each holder has. */
export type AccountEvent =
  | Message<'AccountOpened', { accountId: Uuid; holder: string | null }>
  | Message<'Deposited', { amount: number }>
  | Message<'AccountClosed', { accountId: Uuid }>
  | Message<'AccountCursed', { accountId: Uuid }>;

const accounts = defineTable('accounts', {
  columns: {
    id: uuid,
    holder: nullable(text),
    balance: integer,
    movements: integer,
    openedAt: instant,
    tags: texts,
  },
  key: ['id'],
  indexes: [['holder', 'balance']],
});

const holders = defineTable('account_holders', {
  columns: { tenantId: text, holder: text, accounts: integer },
  key: ['tenantId', 'holder'],
  owner: 'tenant',
});

/** Fails on a curse for as long as the curse holds. */
export const spell = { broken: false };

export const tally = defineProjection<AccountEvent>()({
  name: 'tally',
  version: 1,
  tables: { accounts, holders },
  on: {
    AccountOpened: ({ data, at, tenantId }, { accounts, holders }) => {
      accounts.put({
        id: data.accountId,
        holder: data.holder,
        balance: 0,
        movements: 0,
        openedAt: at,
        tags: ['a,"b"'],
      });
      if (data.holder === null) return;
      const known = holders.get({ tenantId, holder: data.holder });
      holders.put({ tenantId, holder: data.holder, accounts: (known?.accounts ?? 0) + 1 });
    },
    Deposited: ({ data, stream }, { accounts }) => {
      const id = stream.slice('account-'.length) as Uuid;
      const account = accounts.get({ id });
      if (!account) return;
      accounts.patch({ id }, { balance: account.balance + data.amount, movements: account.movements + 1 });
    },
    AccountClosed: ({ data, tenantId }, { accounts, holders }) => {
      const account = accounts.get({ id: data.accountId });
      if (account?.holder) {
        const known = holders.get({ tenantId, holder: account.holder });
        holders.patch({ tenantId, holder: account.holder }, { accounts: (known?.accounts ?? 1) - 1 });
      }
      accounts.delete({ id: data.accountId });
    },
    AccountCursed: () => {
      if (!spell.broken) throw new Error('cursed');
    },
  },
});
