import { isSame } from '@yoyaku/kernel';

/** One field of a thing that changed. Of a list only what went and what came; null where there was, or is, nothing. */
export interface FieldChange {
  /** Its name, below that of the object that it is part of: `price.amount`. */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What is different between two states of a thing, field by field. Both are plain data. */
export function differenceBetween(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (before === after || isSame(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      differenceBetween(before[name], after[name], path ? `${path}.${name}` : name),
    );
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [went, came] = [without(before, after), without(after, before)];
    // The same items in another order are a change too.
    if (went.length + came.length > 0) return [{ field: path, before: went, after: came }];
  }
  const [was = null, is = null] = [before, after];
  return was === is ? [] : [{ field: path, before: was, after: is }];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The items of the first list that the second has not. States share what did not change, so most are the very same. */
function without(items: readonly unknown[], others: readonly unknown[]): unknown[] {
  const known = new Set(others);
  const left = items.filter((item) => !known.has(item));
  const mine = new Set(items);
  const candidates = others.filter((other) => !mine.has(other));
  return left.filter((item) => !candidates.some((other) => isSame(item, other)));
}
