import {
  type Aggregate,
  type Decider,
  DomainError,
  ensure,
  type Instant,
  isSame,
  type Message,
  PLATFORM,
  type Uuid,
  unlessNone,
} from '@yoyaku/kernel';
import { SERVICE, type ServiceDetails, type ServiceEvent, serviceEvents } from './service.events';

export type ServiceCommand = Message<'RemoveService', object>;

/** Steps of commands in `application/`, which look at what a service names. */
export type ServiceStep =
  | Message<'CreateService', ServiceDetails & { serviceId: Uuid; businessId: Uuid }>
  | Message<'ChangeService', Partial<ServiceDetails>>;

export interface KnownService extends ServiceDetails {
  readonly status: 'active' | 'removed';
  readonly serviceId: Uuid;
  readonly businessId: Uuid;
  readonly createdAt: Instant;
}

export type ServiceState = { readonly status: 'none' } | KnownService;

const decider: Decider<ServiceState, ServiceCommand | ServiceStep, ServiceEvent> = {
  initial: { status: 'none' },
  decide: {
    CreateService: ({ data }, state) => {
      checkDetails(data);
      if (state.status !== 'none') {
        const { status, createdAt: _, ...current } = state;
        ensure(status === 'active' && isSame(data, current), 'service.id_taken');
        return [];
      }
      return [{ type: 'ServiceCreated', data }];
    },
    ChangeService: ({ data }, state) => {
      const { status: _, createdAt: __, ...current } = active(state);
      const changed = { ...current, ...data };
      checkDetails(changed);
      return isSame(changed, current) ? [] : [{ type: 'ServiceChanged', data: changed }];
    },
    RemoveService: (_, state) => {
      if (state.status === 'removed') return [];
      const { serviceId, businessId } = active(state);
      return [{ type: 'ServiceRemoved', data: { serviceId, businessId } }];
    },
  },
  evolve: {
    ServiceCreated: (_, { data, at }) => ({ status: 'active', createdAt: at, ...data }),
    ServiceChanged: (state, { data }) => ({ ...(state as KnownService), ...data }),
    ServiceRemoved: (state) => ({ ...(state as KnownService), status: 'removed' }),
  },
};

function active(state: ServiceState): KnownService {
  if (state.status !== 'active') throw new DomainError('service.not_found');
  return state;
}

/** Limit of different resources in all requirements: a booking request may have to look at each of them. */
const MAX_RESOURCES = 200;

/**
 * Throws `service.too_many_resources`, `service.override_unrelated`, `service.override_repeated`,
 * `money.currency_mismatch`.
 */
function checkDetails({ requirements, overrides, price, depositRule }: ServiceDetails): void {
  const able = new Set(requirements.flatMap(({ anyOf }) => anyOf));
  ensure(able.size <= MAX_RESOURCES, 'service.too_many_resources', { path: 'requirements', limit: MAX_RESOURCES });
  const overridden = new Set<Uuid>();
  overrides.forEach((override, i) => {
    const path = `overrides[${i}].resourceId`;
    ensure(able.has(override.resourceId), 'service.override_unrelated', { path });
    ensure(!overridden.has(override.resourceId), 'service.override_repeated', { path });
    overridden.add(override.resourceId);
    ensureCurrency(override.price?.currency, price.currency, `overrides[${i}].price.currency`);
  });
  if (depositRule && 'amount' in depositRule) {
    ensureCurrency(depositRule.amount.currency, price.currency, 'depositRule.amount.currency');
  }
}

const ensureCurrency = (actual: string | undefined, expected: string, path: string): void =>
  ensure(actual === undefined || actual === expected, 'money.currency_mismatch', { path, a: actual, b: expected });

export const Service: Aggregate<ServiceState, ServiceCommand | ServiceStep, ServiceEvent, KnownService> = {
  category: SERVICE,
  decider,
  events: serviceEvents,
  tenantOf: (state) => (state.status === 'none' ? PLATFORM : state.businessId),
  known: unlessNone('service.not_found'),
};
