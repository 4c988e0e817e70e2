import type { Uuid } from '@yoyaku/kernel';
import type { Scope } from './scope';

/** Writes conditions on the columns of a row as SQL. */
export interface RowSql<Column extends string = string> {
  column(name: Column): string;
  /** The place of a value in the statement. */
  value(value: unknown): string;
  /** That the column has the value; a column of arrays, that it is one of the elements. */
  has(name: Column, value: unknown): string;
  /** That the column has one of the values, or none: it is null, or an empty array. */
  hasOneOrNone(name: Column, values: readonly unknown[]): string;
  /** That another table has a row of that key: each of its columns with the one here that holds its value. */
  isIn<Key extends string>(other: Keyed<Key>, key: { readonly [_ in Key]: Column }): string;
}

/** As much as need be known of a table to look for a row of it. */
export interface Keyed<Key extends string = string> {
  readonly name: string;
  readonly key: readonly Key[];
}

/** Which columns of a table say whose its rows are; what they do not say, no row is. */
export interface Ownership<Column extends string = string> {
  /** The id of the business. */
  readonly business?: Column;
  /** The user whom a row is about; or a condition that a row is a user's own. */
  readonly owner?: Column | ((row: RowSql<Column>, userId: Uuid) => string);
  /** The member who looks after it, for roles that see only what is their own. */
  readonly assignee?: Column;
  /**
   * The query names the one thing that the scope was given for, and asks for it or for parts of it: whose that thing is
   * has been looked at.
   */
  readonly isPart?: boolean;
  /**
   * The location, or locations, that a row is at; it may be at none in particular. Or a condition that a row is at one
   * of the locations or at none. Without it limits do not concern the rows.
   */
  readonly at?: Column | ((row: RowSql<Column>, locationIds: readonly Uuid[]) => string);
  /** Condition that everybody may see a row. */
  readonly listed?: (row: RowSql<Column>) => string;
}

/** The rows that a scope shows, as a condition of SQL. What the table cannot tell is not shown. */
export function inScope<Column extends string>(
  scope: Scope,
  { business, owner, assignee, isPart = false, at, listed }: Ownership<Column>,
  row: RowSql<Column>,
): string {
  const ofBusiness = (id: Uuid | null): string => {
    if (id === null) return isPart ? 'false' : 'true';
    return business === undefined ? 'false' : row.has(business, id);
  };
  const atLocations = (locationIds: readonly Uuid[]): string => {
    if (at === undefined || locationIds.length === 0) return 'true';
    return typeof at === 'function' ? at(row, locationIds) : row.hasOneOrNone(at, locationIds);
  };
  const isOf = (userId: Uuid, whose: Ownership<Column>['owner']): string => {
    if (whose === undefined) return 'false';
    return typeof whose === 'function' ? whose(row, userId) : row.has(whose, userId);
  };
  switch (scope.kind) {
    case 'all':
      return business === undefined ? 'true' : `${row.column(business)} is not null`;
    case 'business':
      return ofBusiness(scope.businessId);
    case 'locations':
      return `${ofBusiness(scope.businessId)} and ${atLocations(scope.locationIds)}`;
    case 'own': {
      const own = isPart ? 'true' : isOf(scope.userId, scope.as === 'self' ? owner : assignee);
      return `${own} and ${ofBusiness(scope.businessId)} and ${atLocations(scope.locationIds)}`;
    }
    case 'listed':
      return listed?.(row) ?? 'false';
    case 'none':
      return 'false';
  }
}

/** The rows that any of the scopes shows. */
export const inAnyScope = <Column extends string>(
  scopes: readonly Scope[],
  ownership: Ownership<Column>,
  row: RowSql<Column>,
): string => scopes.map((scope) => `(${inScope(scope, ownership, row)})`).join(' or ') || 'false';
