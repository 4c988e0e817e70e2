import { styleText } from 'node:util';
import Table from 'cli-table3';
import { plain } from './plain';

export type Style = Parameters<typeof styleText>[0];

/** `cell` gives what an item has in this column: numbers, or positions as bigint, stand at the right. */
export interface Column<T> {
  readonly heading: string;
  readonly cell: (item: T) => string | number | bigint;
  /** Seen on a terminal only, as long as NO_COLOR is not set. */
  readonly style?: (item: T) => Style;
}

/** cli-table3 draws a frame unless each of its characters is empty. */
const NO_FRAME = {
  top: '',
  'top-left': '',
  'top-mid': '',
  'top-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
  bottom: '',
  'bottom-left': '',
  'bottom-mid': '',
  'bottom-right': '',
};
const NO_STYLE = { head: [], border: [], 'padding-left': 0, 'padding-right': 2 };

/** Columns under their headings, one line an item, without a frame. Wide characters take two places. */
export function table<T>(items: readonly T[], columns: readonly Column<T>[]): string {
  const rows = items.map((item) =>
    columns.map(({ cell, style }) => {
      const value = cell(item);
      const text = typeof value === 'number' ? value.toLocaleString('en') : plain(String(value));
      return style && text ? styleText(style(item), text) : text;
    }),
  );
  const isNumeric = ({ cell }: Column<T>) => items.some((item) => typeof cell(item) !== 'string');
  const made = new Table({
    head: columns.map(({ heading }) => styleText('bold', heading)),
    colAligns: columns.map((column) => (isNumeric(column) ? 'right' : 'left')),
    chars: NO_FRAME,
    style: NO_STYLE,
  });
  made.push(...rows);
  return made.toString().replace(/ +$/gm, '');
}
