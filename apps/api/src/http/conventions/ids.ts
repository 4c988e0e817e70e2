import { isUuid, type Uuid } from '@yoyaku/kernel';
import { invalid } from './problems/problem';

/** An id as a request has it, brought into its one canonical form; what is no text stays as it is. */
export const canonical = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

/** The id that the value names. Throws 400 `request.invalid` at the path where it is none. */
export function idFrom(value: unknown, path: string): Uuid {
  const id = canonical(value);
  if (typeof id === 'string' && isUuid(id)) return id;
  throw invalid({ path, code: 'is_uuid' });
}
