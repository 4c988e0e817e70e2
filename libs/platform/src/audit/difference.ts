import { isSame } from '@yoyaku/kernel';

/** A changed field. Of lists it shows only the items that were removed and added. Null: there was, or is, no value. */
export interface FieldChange {
  /** The path of the field: `price.amount`. */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The fields in which two states of a thing differ. Both states are plain data. */
export function differenceBetween(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (before === after || isSame(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      differenceBetween(before[name], after[name], path ? `${path}.${name}` : name),
    );
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [removed, added] = [without(before, after), without(after, before)];
    // The same items in another order are a change too.
    if (removed.length + added.length > 0) return [{ field: path, before: removed, after: added }];
  }
  const [was = null, is = null] = [before, after];
  return was === is ? [] : [{ field: path, before: was, after: is }];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Items of the first list that the second lacks. Most unchanged items are the same object, so that is tried first. */
function without(items: readonly unknown[], others: readonly unknown[]): unknown[] {
  const known = new Set(others);
  const left = items.filter((item) => !known.has(item));
  const mine = new Set(items);
  const candidates = others.filter((other) => !mine.has(other));
  return left.filter((item) => !candidates.some((other) => isSame(item, other)));
}
