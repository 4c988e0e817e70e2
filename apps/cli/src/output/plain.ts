/** Control characters, and those that turn the direction of writing or begin a new line. */
const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Text that others wrote, safe to show on a terminal: characters that the terminal would obey are written as codes,
 * such as `\u001b`.
 */
export const plain = (text: string): string =>
  text.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
