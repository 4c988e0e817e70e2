const ENDS_OF_LINES = /[\p{Cc}\u2028\u2029]+/gu;

/** Characters that are not seen and change how others are shown: they turn the direction of text, or hide parts of it. */
const UNSEEN = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** Arabic, Hebrew and others that are written from right to left. */
const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const ISOLATE = '\u2068';
const END_OF_ISOLATE = '\u2069';

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Somebody's text as it may stand in a line of a message, a subject or a file name: without ends of lines (which would
 * begin another header), without characters that turn or hide what stands around it, and not too long. Text from right
 * to left is isolated, so that what follows it stays in place.
 */
export function oneLine(value: string, longest = 100): string {
  const line = value.toWellFormed().replace(ENDS_OF_LINES, ' ').replace(UNSEEN, '').replace(/\s+/g, ' ').trim();
  const text = shortened(line, longest);
  return FROM_THE_RIGHT.test(text) ? `${ISOLATE}${text}${END_OF_ISOLATE}` : text;
}

/** At most so many characters as a reader counts them; an ellipsis stands for what is left out. */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // A character may be made of any number of code units: nobody's name is made of a thousand of them.
  const parts = Array.from(characters.segment(text.slice(0, longest * 8)), ({ segment }) => segment);
  const isWhole = parts.length <= longest && text.length <= longest * 8;
  return isWhole ? text : `${parts.slice(0, longest - 1).join('')}…`;
}
