import {
  type Aggregate,
  type Decider,
  ensure,
  type Instant,
  type Message,
  recordOf,
  tenantOfBusiness,
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

const record = recordOf<KnownService>({ taken: 'service.id_taken', unknown: 'service.not_found' });

const decider: Decider<ServiceState, ServiceCommand | ServiceStep, ServiceEvent> = {
  initial: { status: 'none' },
  decide: {
    CreateService: ({ data }, state) => {
      checkDetails(data);
      return record.create(state, data, { type: 'ServiceCreated', data });
    },
    ChangeService: (command, state) =>
      record.change(state, command.data, (data) => {
        checkDetails(data);
        return { type: 'ServiceChanged', data };
      }),
    RemoveService: (_, state) =>
      record.remove(state, ({ serviceId, businessId }) => ({
        type: 'ServiceRemoved',
        data: { serviceId, businessId },
      })),
  },
  evolve: {
    ServiceCreated: (_, { data, at }) => record.created(data, at),
    ServiceChanged: (state, { data }) => record.changed(state, data),
    ServiceRemoved: (state) => record.removed(state),
  },
};

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
  tenantOf: tenantOfBusiness,
  known: unlessNone('service.not_found'),
};
