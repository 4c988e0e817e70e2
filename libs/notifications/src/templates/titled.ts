import type { Notice } from '../domain/notice';
import type { OwnText } from '../domain/notification.events';
import type { Language } from './language';
import { written } from './write';

/** What a booking's message tells first: the service, and when it is. */
const ROWS = 2;

/** A message as it stands in a list of notifications. */
export function titled(notice: Notice, language: Language, own: OwnText | null): OwnText {
  if (notice.kind === 'announcement') return own ?? { title: '', message: '' };
  const { subject, text, rows } = written(notice, { language, name: null });
  const about = rows.slice(0, ROWS).map(({ value }) => value);
  return { title: subject, message: [...text, ...(about.length > 0 ? [about.join(', ')] : [])].join(' ') };
}
