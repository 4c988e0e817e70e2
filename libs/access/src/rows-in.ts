import type { Scope } from './scope';

/** Where a table says whose its rows are; what it does not say, no row is. All are SQL, of our own making. */
export interface Ownership {
  /** Column with the id of the business. */
  readonly business?: string;
  /** Column with the user whom a row is about, or a condition on that user's id. */
  readonly owner?: string | ((userId: string) => string);
  /** Column with the member who looks after it, for roles that see only what is their own. */
  readonly assignee?: string;
  /**
   * The query names the one thing that the scope was given for, and asks for it or for parts of it: whose that thing is
   * has been looked at.
   */
  readonly isPart?: boolean;
  /** Condition that a row is at one of the locations, or at none in particular. Without it limits do not concern the rows. */
  readonly at?: (locationIds: string) => string;
  /** Condition that everybody may see a row. */
  readonly listed?: string;
}

/**
 * The rows that a scope shows, as a condition of SQL whose values are added to `params`. What the table cannot tell is
 * not shown.
 */
export function rowsIn(scope: Scope, ownership: Ownership, params: unknown[]): string {
  const param = (value: unknown): string => `$${params.push(value)}`;
  const { business, at, isPart = false, listed = 'false' } = ownership;
  const ofBusiness = (id: string | null): string => {
    if (id === null) return isPart ? 'false' : 'true';
    return business === undefined ? 'false' : `${business} = ${param(id)}`;
  };
  const within = (locationIds: readonly string[]): string =>
    at && locationIds.length > 0 ? at(param(locationIds)) : 'true';
  switch (scope.kind) {
    case 'all':
      return business === undefined ? 'true' : `${business} is not null`;
    case 'business':
      return ofBusiness(scope.businessId);
    case 'locations':
      return `${ofBusiness(scope.businessId)} and ${within(scope.locationIds)}`;
    case 'own': {
      const own = isPart ? 'true' : ownedBy(scope.as === 'self' ? ownership.owner : ownership.assignee);
      return `${own} and ${ofBusiness(scope.businessId)} and ${within(scope.locationIds)}`;
    }
    case 'listed':
      return listed;
    case 'none':
      return 'false';
  }

  function ownedBy(column: Ownership['owner']): string {
    if (column === undefined || scope.kind !== 'own') return 'false';
    return typeof column === 'string' ? `${column} = ${param(scope.userId)}` : column(param(scope.userId));
  }
}
