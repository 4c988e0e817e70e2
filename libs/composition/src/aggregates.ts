import { aggregates as booking } from '@yoyaku/booking';
import { aggregates as business } from '@yoyaku/business';
import { aggregates as catalog } from '@yoyaku/catalog';
import { aggregates as customers } from '@yoyaku/customers';
import type { AnyAggregate } from '@yoyaku/eventing';
import { aggregates as identity } from '@yoyaku/identity';
import { aggregates as platform } from '@yoyaku/platform';

/** Every aggregate of every context: what the store may hold, and how to read it. */
export const aggregates: readonly AnyAggregate[] = [
  ...identity,
  ...business,
  ...catalog,
  ...customers,
  ...booking,
  ...platform,
];
