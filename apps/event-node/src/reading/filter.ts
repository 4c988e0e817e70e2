import { streamOf, typeOf } from '../wire/event-frame';
import type { FilterRequest } from '../wire/read-request';

export type FrameFilter = (frame: Buffer) => boolean;

/** Throws SyntaxError for a regular expression that is none. */
export function compileFilter({ on, prefixes, regex }: FilterRequest): FrameFilter {
  const subject = on === 'stream' ? streamOf : typeOf;
  if (regex === '') return (frame) => startsWithAny(subject(frame), prefixes);
  const pattern = new RegExp(regex);
  return (frame) => pattern.test(subject(frame));
}

const startsWithAny = (text: string, prefixes: readonly string[]) => prefixes.some((prefix) => text.startsWith(prefix));
