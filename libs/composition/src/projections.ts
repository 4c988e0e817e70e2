import { auditProjections } from '@projections/audit';
import { bookingProjections } from '@projections/booking';
import { identityProjections } from '@projections/identity';
import type { AnyProjection } from '@yoyaku/projecting';

/** Every read model there is. */
export const projections: readonly AnyProjection[] = [
  ...identityProjections,
  ...bookingProjections,
  ...auditProjections,
];
