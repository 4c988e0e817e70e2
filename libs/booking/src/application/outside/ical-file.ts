import ICAL from 'ical.js';

/** A date or a wall time as it is written in a file. */
export interface Written {
  /** `2027-06-15` or `2027-06-15T09:30:00`. */
  readonly wall: string;
  readonly isDate: boolean;
  readonly isUtc: boolean;
  /** Null: none is named, so it is a wall time wherever one is. */
  readonly zone: string | null;
}

/** What of an event tells when somebody is busy. Its title, place and people are not read. */
export interface WrittenEvent {
  readonly uid: string | null;
  readonly start: Written;
  readonly end: Written | null;
  readonly duration: string | null;
  readonly rules: readonly string[];
  readonly more: readonly { readonly start: Written; readonly end: Written | string | null }[];
  readonly except: readonly Written[];
  /** Which occurrence of a series it stands for. */
  readonly instead: Written | null;
  readonly sequence: number;
  readonly isFree: boolean;
}

/** When a zone that the file defines goes over to another offset. */
interface Observance {
  readonly start: string;
  /** As `+09:00`. */
  readonly from: string;
  readonly to: string;
  readonly rules: readonly string[];
  readonly dates: readonly string[];
}

export interface WrittenZone {
  readonly id: string;
  /** The name that it has in the IANA list, where the program that wrote the file tells it. */
  readonly known: string | null;
  readonly observances: readonly Observance[];
}

export interface IcalFile {
  /** Null: one whose start can't be read. */
  readonly events: readonly (WrittenEvent | null)[];
  readonly zones: readonly WrittenZone[];
}

/** jCal (RFC 7265): name, parameters, type of the values, values; and of a component: name, properties, components. */
type Property = readonly [string, Readonly<Record<string, unknown>>, string, ...unknown[]];
type Component = readonly [string, readonly Property[], readonly Component[]];

/**
 * Reads calendars (RFC 5545). Throws for text that is none, or that breaks off. Rules are left as they are written: the
 * library refuses the whole file for one that it does not understand, and looks for ever for the days of others
 * (kewisch/ical.js#1038).
 */
export function readIcal(text: string): IcalFile {
  const parsed = ICAL.parse(readLines(text).join('\n')) as unknown;
  const roots = (Array.isArray(parsed) && Array.isArray(parsed[0]) ? parsed : [parsed]) as Component[];
  const calendars = roots.filter(([name]) => name === 'vcalendar');
  if (calendars.length === 0) throw new Error('There is no calendar');
  const parts = calendars.flatMap(([, , components]) => components);
  return {
    events: parts.filter(([name]) => name === 'vevent').map(eventOf),
    zones: parts.filter(([name]) => name === 'vtimezone').map(zoneOf),
  };
}

/** The lines that are read; all others, whatever they are, tell nothing. */
const READ =
  /^(BEGIN|END|UID|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID|SEQUENCE|TRANSP|STATUS|X-MICROSOFT-CDO-BUSYSTATUS|TZID|TZOFFSETFROM|TZOFFSETTO|X-LIC-LOCATION)[;:]/i;

/** The library takes long for a line with very many parameters. */
const LONGEST_LINE = 20_000;
/** Dates and parameters in lists. */
const MOST_LISTED = 20_000;

/** Unfolded. Throws where they would take too long to read. */
function readLines(text: string): string[] {
  const lines = text
    .replaceAll(/\r?\n[ \t]/g, '')
    .split(/\r?\n|\r/)
    .filter((line) => READ.test(line));
  const listed = lines.reduce((sum, line) => sum + line.split(',').length - 1, 0);
  if (listed > MOST_LISTED || lines.some(({ length }) => length > LONGEST_LINE)) throw new TooMuchToRead();
  return lines.map((line) => line.replace(/^RRULE/i, 'X-RRULE'));
}

/** Lines that are too long, or list too much. */
export class TooMuchToRead extends Error {
  override readonly name = 'TooMuchToRead';
}

const all = ([, properties]: Component, name: string): Property[] => properties.filter(([found]) => found === name);

const textOf = (component: Component, name: string): string | null => {
  const [property] = all(component, name);
  return property === undefined ? null : String(property[3]).trim();
};

const textsOf = (component: Component, name: string): string[] =>
  all(component, name).map(([, , , value]) => String(value).trim());

function eventOf(component: Component): WrittenEvent | null {
  const [start] = datesOf(component, 'dtstart');
  if (start === undefined) return null;
  const busyStatus = textOf(component, 'x-microsoft-cdo-busystatus')?.toUpperCase();
  return {
    uid: textOf(component, 'uid'),
    start,
    end: datesOf(component, 'dtend')[0] ?? null,
    duration: textOf(component, 'duration'),
    rules: textsOf(component, 'x-rrule'),
    more: all(component, 'rdate').flatMap(occurrencesOf),
    except: datesOf(component, 'exdate'),
    instead: datesOf(component, 'recurrence-id')[0] ?? null,
    sequence: Number(textOf(component, 'sequence') ?? 0) || 0,
    isFree:
      textOf(component, 'transp')?.toUpperCase() === 'TRANSPARENT' ||
      textOf(component, 'status')?.toUpperCase() === 'CANCELLED' ||
      (textOf(component, 'transp') === null && busyStatus === 'FREE'),
  };
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?$/;

const datesOf = (component: Component, name: string): Written[] =>
  all(component, name).flatMap(([, parameters, , ...values]) =>
    values.flatMap((value) => writtenOf(value, parameters.tzid) ?? []),
  );

function occurrencesOf([, { tzid }, type, ...values]: Property): WrittenEvent['more'][number][] {
  return values.flatMap((value) => {
    const [first, end = null] = type === 'period' && Array.isArray(value) ? value : [value];
    const start = writtenOf(first, tzid);
    if (start === undefined) return [];
    return [{ start, end: end === null ? null : (writtenOf(end, tzid) ?? String(end)) }];
  });
}

/** Undefined for what is no date of the calendar. */
function writtenOf(value: unknown, zone: unknown): Written | undefined {
  const text = String(value);
  const isDate = DATE.test(text) || /^\d{4}-\d\d-\d\dT[:]*$/.test(text);
  if (!isDate && !TIME.test(text)) return undefined;
  const wall = isDate ? text.slice(0, 10) : text.slice(0, 19).replace(/:60$/, ':59');
  if (!isReal(wall)) return undefined;
  return { wall, isDate, isUtc: text.endsWith('Z'), zone: typeof zone === 'string' && zone !== '' ? zone : null };
}

function isReal(wall: string): boolean {
  try {
    Temporal.PlainDateTime.from(wall, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

const zoneOf = (component: Component): WrittenZone => ({
  id: textOf(component, 'tzid') ?? '',
  known: textOf(component, 'x-lic-location'),
  observances: component[2].flatMap((part) => {
    const [start] = datesOf(part, 'dtstart');
    const [from, to] = [textOf(part, 'tzoffsetfrom'), textOf(part, 'tzoffsetto')];
    if (start === undefined || from === null || to === null) return [];
    const dates = datesOf(part, 'rdate').map(({ wall }) => wall);
    return [{ start: start.wall, from, to, rules: textsOf(part, 'x-rrule'), dates }];
  }),
});
