import { type Uuid, uuid } from '@yoyaku/kernel';
import { invalid } from './problems/problem';

/** The id that the value names, in its canonical form; undefined when it names none. */
export function idIn(value: unknown): Uuid | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return uuid(value);
  } catch {
    return undefined;
  }
}

/** The id that the value names. Throws 400 `request.invalid` at the path where it names none. */
export function idFrom(value: unknown, path: string): Uuid {
  const id = idIn(value);
  if (id === undefined) throw invalid({ path, code: value === undefined ? 'required' : 'not_uuid' });
  return id;
}
