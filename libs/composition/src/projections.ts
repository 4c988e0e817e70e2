import { auditProjections } from '@projections/audit';
import { bookingProjections } from '@projections/booking';
import { businessProjections } from '@projections/business';
import { catalogProjections } from '@projections/catalog';
import { customersProjections } from '@projections/customers';
import locked from '@projections/definitions.json';
import { identityProjections } from '@projections/identity';
import { notificationsProjections } from '@projections/notifications';
import type { AnyProjection } from '@yoyaku/projecting';

/** Written by `npm run generate`. */
const definitions: Readonly<Record<string, { readonly version: number; readonly digest: string }>> = locked;

/** All read models. */
export const projections: readonly AnyProjection[] = [
  ...identityProjections,
  ...businessProjections,
  ...catalogProjections,
  ...customersProjections,
  ...bookingProjections,
  ...notificationsProjections,
  ...auditProjections,
].map(withDigest);

function withDigest(projection: AnyProjection): AnyProjection {
  const { name, version } = projection;
  const definition = definitions[name];
  if (definition?.version !== version) throw new Error(`Version ${version} of ${name} is not known: npm run generate`);
  return { ...projection, digest: definition.digest };
}
