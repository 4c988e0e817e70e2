import type { Column, Table } from '../../table';
import type { AnyRow, OwnedRow } from '../../unit';
import { toJson } from './json';

/** A row as a line of PostgreSQL's COPY text format, its owner first where the table keeps one. */
export function copyEncoder({ columns, appendOnly }: Table): (owned: OwnedRow) => string {
  const [first = () => '', ...others] = Object.entries(columns).map(([name, column]) => {
    const encode = encoderOf(column);
    return (row: AnyRow) => {
      const value = row[name];
      return value === null || value === undefined ? '\\N' : encode(value);
    };
  });
  return ({ row, owner }) => {
    let line = appendOnly ? first(row) : `${owner}\t${first(row)}`;
    for (const field of others) line += `\t${field(row)}`;
    return `${line}\n`;
  };
}

function encoderOf({ sql }: Column): (value: unknown) => string {
  if (sql === 'jsonb') return (value) => escaped(toJson(value));
  if (sql.endsWith('[]')) return (value) => escaped(arrayLiteral(value as readonly unknown[]));
  if (sql === 'text') return (value) => escaped(String(value));
  return String;
}

/** The characters that end or escape a field; NUL, which PostgreSQL's text cannot hold, is left out. */
const escaped = (text: string): string =>
  /[\\\n\r\t\0]/.test(text) ? text.replace(/[\\\n\r\t\0]/g, (character) => ESCAPES[character] ?? '') : text;

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const arrayLiteral = (values: readonly unknown[]): string =>
  `{${values.map((value) => `"${String(value).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
