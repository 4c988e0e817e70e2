import { streamOf, typeOf } from '../protocol/event-frame';

export type FrameFilter = (frame: Buffer) => boolean;

export interface FilterSpec {
  on: 'stream' | 'type';
  /** Either prefixes, of which one must match, or a regular expression. */
  prefixes: readonly string[];
  regex: string;
}

/** Throws SyntaxError for a regular expression that is none. */
export function compileFilter({ on, prefixes, regex }: FilterSpec): FrameFilter {
  const subject = on === 'stream' ? streamOf : typeOf;
  if (regex === '') return (frame) => startsWithAny(subject(frame), prefixes);
  const pattern = new RegExp(regex);
  return (frame) => pattern.test(subject(frame));
}

const startsWithAny = (text: string, prefixes: readonly string[]) => prefixes.some((prefix) => text.startsWith(prefix));
