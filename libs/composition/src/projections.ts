import { auditProjections } from '@projections/audit';
import { bookingProjections } from '@projections/booking';
import { businessProjections } from '@projections/business';
import { catalogProjections } from '@projections/catalog';
import { customersProjections } from '@projections/customers';
import { identityProjections } from '@projections/identity';
import type { AnyProjection } from '@yoyaku/projecting';

/** Every read model there is. */
export const projections: readonly AnyProjection[] = [
  ...identityProjections,
  ...businessProjections,
  ...catalogProjections,
  ...customersProjections,
  ...bookingProjections,
  ...auditProjections,
];
