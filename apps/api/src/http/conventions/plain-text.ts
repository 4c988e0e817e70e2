/** Control characters (C0, DEL, C1) and separators of lines, and what turns the direction of the text after it. */
const IN_ONE_LINE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** In several lines, line feeds and tabs are text too, and so are marks of direction that end with what they mark. */
const IN_LINES = /(?![\n\t])\p{Cc}|[\u202a-\u202e]/u;

/** Whether a name, or another text of one line, is shown as it is stored: nothing in it moves or hides the rest. */
export const isPlainText = (text: string): boolean => !IN_ONE_LINE.test(text);

/** The same of a text of several lines. */
export const isPlainLines = (text: string): boolean => !IN_LINES.test(text);
