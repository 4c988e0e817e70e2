import type { Decider, Message } from './decider';
import { recordOf } from './record';
import { specify } from './specification';
import type { Instant } from './time';

type Command =
  | Message<'Plant', { name: string; height: number }>
  | Message<'Tend', { height?: number }>
  | Message<'Fell'>;
type Event =
  | Message<'Planted', { name: string; height: number }>
  | Message<'Grown', { height: number }>
  | Message<'Felled'>;

interface Tree {
  readonly status: 'active' | 'removed';
  readonly createdAt: Instant;
  readonly name: string;
  readonly height: number;
}

const record = recordOf<Tree>({ taken: 'tree.id_taken', unknown: 'tree.not_found' });

const tree: Decider<{ status: 'none' } | Tree, Command, Event> = {
  initial: { status: 'none' },
  decide: {
    Plant: ({ data }, state) => record.create(state, data, { type: 'Planted', data }),
    Tend: ({ data }, state) => record.change(state, data, ({ height }) => ({ type: 'Grown', data: { height } })),
    Fell: (_, state) => record.remove(state, () => ({ type: 'Felled', data: {} })),
  },
  evolve: {
    Planted: (_, { data, at }) => record.created(data, at),
    Grown: (state, { data }) => record.changed(state, data),
    Felled: (state) => record.removed(state),
  },
};

const { given, fold } = specify(tree);
const data = { name: 'Sugi', height: 1 };
const planted = { type: 'Planted', data } as const;
const grown = { type: 'Grown', data: { height: 2 } } as const;
const felled = { type: 'Felled', data: {} } as const;

describe('a record', () => {
  it('is created once', () => {
    given([]).when({ type: 'Plant', data }).then([planted]);
    given([planted]).when({ type: 'Plant', data }).thenNothing();
    given([planted, grown]).when({ type: 'Plant', data }).thenRejects('tree.id_taken');
    given([planted, felled]).when({ type: 'Plant', data }).thenRejects('tree.id_taken');
  });

  it('changes where what is given differs', () => {
    given([planted])
      .when({ type: 'Tend', data: { height: 2 } })
      .then([grown]);
    given([planted, grown])
      .when({ type: 'Tend', data: { height: 2 } })
      .thenNothing();
    given([planted]).when({ type: 'Tend', data: {} }).thenNothing();
    given([]).when({ type: 'Tend', data: {} }).thenRejects('tree.not_found');
    given([planted, felled]).when({ type: 'Tend', data: {} }).thenRejects('tree.not_found');
    expect(fold([planted, grown])).toMatchObject({ status: 'active', name: 'Sugi', height: 2 });
  });

  it('is removed once, and for good', () => {
    given([planted]).when({ type: 'Fell', data: {} }).then([felled]);
    given([planted, felled]).when({ type: 'Fell', data: {} }).thenNothing();
    given([]).when({ type: 'Fell', data: {} }).thenRejects('tree.not_found');
  });
});
