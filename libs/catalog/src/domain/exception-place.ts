import {
  type Aggregate,
  type EventCatalog,
  ensure,
  type Message,
  plain,
  tenantOfBusiness,
  type Uuid,
} from '@yoyaku/kernel';

interface Placed {
  readonly exceptionId: Uuid;
  readonly resourceId: Uuid;
  readonly businessId: Uuid;
}

export type ExceptionPlaceEvent = Message<'ExceptionPlaced', Placed>;
export type ExceptionPlaceState = { readonly status: 'none' } | (Placed & { readonly status: 'placed' });

const events: EventCatalog<ExceptionPlaceEvent> = { ExceptionPlaced: plain };

/**
 * Tells which resource an exception belongs to, so that the exception's id leads to the resource's stream. It stays
 * when the exception is removed.
 */
export const ExceptionPlace: Aggregate<ExceptionPlaceState, Message<'PlaceException', Placed>, ExceptionPlaceEvent> = {
  category: 'exception',
  events,
  tenantOf: tenantOfBusiness,
  decider: {
    initial: { status: 'none' },
    decide: {
      PlaceException: ({ data }, state) => {
        if (state.status === 'none') return [{ type: 'ExceptionPlaced', data }];
        ensure(state.resourceId === data.resourceId, 'exception.id_taken');
        return [];
      },
    },
    evolve: { ExceptionPlaced: (_, { data }) => ({ status: 'placed', ...data }) },
  },
};
