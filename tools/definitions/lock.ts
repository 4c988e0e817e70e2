import type { Definition, Definitions } from './definitions';

export interface Comparison {
  /** Where the source and what is locked differ, a line each. */
  readonly differences: readonly string[];
  /** Those among them that may not be locked: other rows would come under an old version. */
  readonly refused: readonly string[];
}

/** Holds what is locked against what the source says. */
export function compare(locked: Definitions, source: Definitions): Comparison {
  const names = [...new Set([...Object.keys(locked), ...Object.keys(source)])].sort();
  const each = names.map((name) => differenceOf(name, locked[name], source[name]));
  return {
    differences: each.flatMap(({ text }) => text ?? []),
    refused: each.flatMap(({ text, refused }) => (text && refused ? text : [])),
  };
}

function differenceOf(name: string, locked?: Definition, source?: Definition): { text?: string; refused?: boolean } {
  if (!source) return { text: `${name} is gone` };
  if (!locked) return { text: `${name} is new` };
  if (source.version > locked.version) return { text: `${name} has a new version` };
  if (source.version < locked.version) {
    return { text: `${name} went back to version ${source.version} from ${locked.version}`, refused: true };
  }
  return source.digest === locked.digest ? {} : { text: `${name} changed: raise its version`, refused: true };
}
