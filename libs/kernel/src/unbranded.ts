import type { Branded } from './branded';
import type { LocalDate } from './time';

/** The same data with plain text in place of ids, instants and dates. Specs write their events and commands so. */
export type Unbranded<T> = T extends Branded<string> | LocalDate
  ? string
  : T extends ReadonlySet<unknown>
    ? T
    : T extends object
      ? { [Key in keyof T]: Unbranded<T[Key]> }
      : T;
