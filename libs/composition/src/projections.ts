import { identityProjections } from '@projections/identity';
import type { AnyProjection } from '@yoyaku/projecting';

/** Every read model there is. */
export const projections: readonly AnyProjection[] = [...identityProjections];
