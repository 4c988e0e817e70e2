import Mustache from 'mustache';
import type { Language } from './language';
import layout from './layout.json';
import { shortened } from './one-line';
import { LABELS } from './words/labels';

/** One message in one language, before it is laid out. */
export interface Said {
  readonly language: Language;
  readonly subject: string;
  /** Of the reader; null: not known. */
  readonly name: string | null;
  /** Paragraphs. */
  readonly text: readonly string[];
  /** A table of what it is about. */
  readonly rows: readonly { readonly label: string; readonly value: string }[];
  /** A secret to be typed or pasted. */
  readonly code: string | null;
  /** For whom it is sent; null: the platform itself. */
  readonly business: string | null;
}

export interface Rendered {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** RFC 5322 allows 998 octets in a line; mail programs show some 70 characters of a subject. */
const LONGEST_SUBJECT = 150;

/** Lays a message out, as a page and as plain text. In the page every value is escaped. */
export function rendered({ language, name, text, rows, code, business, ...said }: Said): Rendered {
  const labels = LABELS[language];
  const subject = shortened(said.subject, LONGEST_SUBJECT);
  const greeting = labels.greeting(name);
  const sentBy = labels.sentBy(business);
  const view = { language, subject, greeting, text, rows, hasRows: rows.length > 0, code, sentBy };
  const lines = [
    greeting,
    ...text,
    ...(rows.length > 0 ? [rows.map(({ label, value }) => `${label}: ${value}`).join('\n')] : []),
    ...(code ? [code] : []),
    `-- \n${sentBy}`,
  ];
  return {
    subject,
    text: `${lines.join('\n\n')}\n`,
    html: Mustache.render(layout.html, { ...view, preview: text[0] ?? '' }),
  };
}
