import { isDeepStrictEqual } from 'node:util';

/** By the name of the read model, or the type of the event: its version, and what may not change without a new one. */
export type Locked<Thing extends { readonly version: number }> = Readonly<Record<string, Thing>>;

type Thing = { readonly version: number };

export interface Comparison {
  /** Where the source and what is locked differ, a line each. */
  readonly differences: readonly string[];
  /** Those among them that may not be locked. */
  readonly refused: readonly string[];
}

/** What may become of a locked thing, and what to do where it may not. */
interface Rules {
  /** What to do when it changed while its version did not. */
  readonly onChange: (version: number) => string;
  /** Why it has to stay; absent where it may go. */
  readonly stays?: string;
}

/** Under an old version there would be other rows. */
export const READ_MODELS: Rules = { onChange: () => 'raise its version' };

/** What is stored stays readable. */
export const EVENTS: Rules = {
  onChange: (version) =>
    `raise its version in the catalog to ${version + 1}, give it an upcast from version ${version}, and keep a stored sample of that version in a spec`,
  stays: 'what is stored of it could no longer be read',
};

/** Holds what is locked against what the source says. */
export function compare(locked: Locked<Thing>, source: Locked<Thing>, rules: Rules): Comparison {
  const names = [...new Set([...Object.keys(locked), ...Object.keys(source)])].sort();
  const each = names.map((name) => differenceOf(name, rules, locked[name], source[name]));
  return {
    differences: each.flatMap(({ text }) => text ?? []),
    refused: each.flatMap(({ text, refused }) => (text && refused ? text : [])),
  };
}

function differenceOf(
  name: string,
  { onChange, stays }: Rules,
  locked?: Thing,
  source?: Thing,
): { text?: string; refused?: boolean } {
  if (!source) return stays ? { text: `${name} is gone: ${stays}`, refused: true } : { text: `${name} is gone` };
  if (!locked) return { text: `${name} is new` };
  if (source.version > locked.version) return { text: `${name} has a new version` };
  if (source.version < locked.version) {
    return { text: `${name} went back to version ${source.version} from ${locked.version}`, refused: true };
  }
  if (isDeepStrictEqual(source, locked)) return {};
  return { text: `${name} changed: ${onChange(locked.version)}`, refused: true };
}

/** A line for each, so that what changed is a line of a diff. */
export function textOf(locked: Locked<Thing>): string {
  const lines = Object.entries(locked).map(([name, thing]) => `  ${JSON.stringify(name)}: ${JSON.stringify(thing)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}
