import { aggregates as booking } from '@yoyaku/booking';
import { aggregates as business } from '@yoyaku/business';
import { aggregates as catalog } from '@yoyaku/catalog';
import { aggregates as customers } from '@yoyaku/customers';
import type { AnyAggregate } from '@yoyaku/eventing';
import { aggregates as identity } from '@yoyaku/identity';
import { aggregates as notifications } from '@yoyaku/notifications';
import { aggregates as platform } from '@yoyaku/platform';

/** All aggregates of all contexts: which events the store may hold, and how they are read. */
export const aggregates: readonly AnyAggregate[] = [
  ...identity,
  ...business,
  ...catalog,
  ...customers,
  ...booking,
  ...notifications,
  ...platform,
];
