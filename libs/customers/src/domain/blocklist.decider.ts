import { type Aggregate, type Decider, type Message, PLATFORM, type Uuid } from '@yoyaku/kernel';
import { type BlocklistEvent, blocklistEvents } from './blocklist.events';

interface Person {
  readonly businessId: Uuid;
  readonly customerId: Uuid;
  readonly marks: readonly string[];
}

export type BlocklistCommand = Message<'BlockPerson', Person> | Message<'UnblockPerson', Person>;

export interface BlocklistState {
  readonly businessId: Uuid | null;
  /** The marks of each blocked person, by customer. */
  readonly blocked: Readonly<Record<Uuid, readonly string[]>>;
}

const decider: Decider<BlocklistState, BlocklistCommand, BlocklistEvent> = {
  initial: { businessId: null, blocked: {} },
  decide: {
    BlockPerson: ({ data }, { blocked }) => {
      const marks = data.marks.filter((mark) => !blocked[data.customerId]?.includes(mark));
      return marks.length > 0 ? [{ type: 'PersonBlocked', data: { ...data, marks } }] : [];
    },
    UnblockPerson: ({ data }, state) =>
      data.customerId in state.blocked || listedWith(state, data.marks).length > 0
        ? [{ type: 'PersonUnblocked', data }]
        : [],
  },
  evolve: {
    PersonBlocked: ({ blocked }, { data: { businessId, customerId, marks } }) => ({
      businessId,
      blocked: { ...blocked, [customerId]: [...(blocked[customerId] ?? []), ...marks] },
    }),
    /** Removes the block from every customer with these marks: of an erased customer nobody could remove it by id. */
    PersonUnblocked: ({ blocked }, { data: { businessId, customerId, marks } }) => ({
      businessId,
      blocked: Object.fromEntries(
        Object.entries(blocked)
          .filter(([id]) => id !== customerId)
          .map(([id, itsMarks]) => [id, itsMarks.filter((mark) => !marks.includes(mark))] as const)
          .filter(([, itsMarks]) => itsMarks.length > 0),
      ),
    }),
  },
};

/** The blocked customers who have one of these marks. */
export const listedWith = ({ blocked }: BlocklistState, marks: readonly string[]): readonly Uuid[] =>
  Object.entries(blocked).flatMap(([id, itsMarks]) =>
    itsMarks.some((mark) => marks.includes(mark)) ? [id as Uuid] : [],
  );

/** The people whom a business has blocked. The stream has the business's id. */
export const Blocklist: Aggregate<BlocklistState, BlocklistCommand, BlocklistEvent> = {
  category: 'blocklist',
  decider,
  events: blocklistEvents,
  tenantOf: ({ businessId }) => businessId ?? PLATFORM,
};
