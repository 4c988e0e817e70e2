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
}

/** Which columns of a table say whose its rows are; what they do not say, no row is. */
export interface OwnershipOf<Column extends string = string> {
  /** The id of the business. */
  readonly business?: Column;
  /** The user whom a row is about, in any of these columns. */
  readonly owner?: readonly Column[];
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
  { business, owner = [], assignee, isPart = false, at, listed }: OwnershipOf<Column>,
  row: RowSql<Column>,
): string {
  const ofBusiness = (id: Uuid | null): string => {
    if (id === null) return isPart ? 'false' : 'true';
    return business === undefined ? 'false' : row.has(business, id);
  };
  const within = (locationIds: readonly Uuid[]): string => {
    if (at === undefined || locationIds.length === 0) return 'true';
    return typeof at === 'function' ? at(row, locationIds) : row.hasOneOrNone(at, locationIds);
  };
  const ownedBy = (userId: Uuid, columns: readonly Column[]): string =>
    columns.length === 0 ? 'false' : `(${columns.map((column) => row.has(column, userId)).join(' or ')})`;
  switch (scope.kind) {
    case 'all':
      return business === undefined ? 'true' : `${row.column(business)} is not null`;
    case 'business':
      return ofBusiness(scope.businessId);
    case 'locations':
      return `${ofBusiness(scope.businessId)} and ${within(scope.locationIds)}`;
    case 'own': {
      const assigned = assignee === undefined ? [] : [assignee];
      const own = isPart ? 'true' : ownedBy(scope.userId, scope.as === 'self' ? owner : assigned);
      return `${own} and ${ofBusiness(scope.businessId)} and ${within(scope.locationIds)}`;
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
  ownership: OwnershipOf<Column>,
  row: RowSql<Column>,
): string => scopes.map((scope) => `(${inScope(scope, ownership, row)})`).join(' or ') || 'false';
