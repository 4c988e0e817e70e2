import { type Money, minorDigits } from '@yoyaku/kernel';
import type { BookingFacts, FactsOf, Kind, Notice, OfferedFacts, SeriesFacts } from '../domain/notice';
import type { Language } from './language';
import { momentText, shortMomentText, spanText } from './moments';
import { oneLine } from './one-line';
import type { Said } from './render';
import { smsParts } from './sms-parts';
import { ACCOUNT_WORDS, APPOINTMENT_WORDS, PHONE_CODE_WORDS } from './words/account';
import { BOOKING_WORDS, type BookingSaid, LAPSED_WORDS, OFFER_WORDS } from './words/booking';
import {
  BUSINESS_WORDS,
  INVITATION_WORDS,
  REJECTION_WORDS,
  ROLE_NAMES,
  SERVICE_WORDS,
  TRIAL_WORDS,
  UNCOVERED_WORDS,
} from './words/business';
import { DESK_WORDS } from './words/desk';
import { LABELS } from './words/labels';
import { SERIES_WORDS, type SeriesSaid } from './words/series';
import type { Wording, Words } from './words/words';

/** Whom a message is written for, and what is known of them alone. */
export interface Reader {
  readonly language: Language;
  readonly name: string | null;
  /** The secret that the message carries. */
  readonly code?: string | null;
  /** Of the pages that the code is typed into. */
  readonly domain?: string;
  /** Of the staff, rooms and so on that the booking takes up. */
  readonly resourceNames?: readonly string[];
  /** Of the private appointment that the message is about. */
  readonly title?: string | null;
  /** Text of somebody's own, for an announcement. */
  readonly own?: { readonly title: string; readonly message: string } | null;
}

/** A message in its reader's language, for every channel. */
export interface Written extends Said {
  /** As a text message; null for a kind that does not go out as one. */
  readonly sms: string | null;
}

type Row = Said['rows'][number];

/** What a kind comes to in one language: its words, and what is told of its facts beside them. */
interface Told {
  readonly words: Words;
  readonly rows?: readonly Row[];
  readonly business?: string | null;
  /** A text message that is whole. */
  readonly sms?: string;
  /** What a text message is about. */
  readonly about?: { readonly service: string; readonly when: string };
}

type Teller<K extends Kind> = (facts: FactsOf[K], reader: Reader) => Told;

const NONE: Words = { subject: '', text: [] };

const TELLERS: { readonly [K in Kind]: Teller<K> } = {
  email_verification: (_, { language }) => ({ words: ACCOUNT_WORDS.email_verification[language]() }),
  password_reset: (_, { language }) => ({ words: ACCOUNT_WORDS.password_reset[language]() }),
  phone_code: (_, { language, code, domain }) => {
    const words = PHONE_CODE_WORDS[language]({ code: code ?? '' });
    return { words, sms: boundToDomain(words.sms ?? '', code ?? '', domain) };
  },
  welcome: (_, { language }) => ({ words: ACCOUNT_WORDS.welcome[language]() }),
  booking_requested: ofBooking(BOOKING_WORDS.booking_requested),
  booking_confirmed: ofBooking(BOOKING_WORDS.booking_confirmed),
  booking_changed: ofBooking(BOOKING_WORDS.booking_changed),
  booking_cancelled: ofBooking(BOOKING_WORDS.booking_cancelled),
  booking_declined: ofBooking(BOOKING_WORDS.booking_declined),
  booking_expired: ofBooking(BOOKING_WORDS.booking_expired),
  booking_reminder: ofBooking(BOOKING_WORDS.booking_reminder),
  series_requested: ofSeries(SERIES_WORDS.series_requested),
  series_booked: ofSeries(SERIES_WORDS.series_booked),
  series_changed: ofSeries(SERIES_WORDS.series_changed),
  series_cancelled: ofSeries(SERIES_WORDS.series_cancelled),
  waitlist_offer: (facts, { language }) => {
    const said = { ...saidOf({ ...facts, fee: null }, language), until: momentText(facts.heldUntil, facts, language) };
    return {
      words: OFFER_WORDS.waitlist_offer[language](said),
      rows: rowsOf(facts, language),
      business: said.business,
      about: aboutOf(facts, language),
    };
  },
  waitlist_lapsed: (facts, { language }) => {
    const said = saidOf({ ...facts, fee: null }, language);
    const words = LAPSED_WORDS.waitlist_lapsed[language](said);
    return { words, rows: rowsOf(facts, language), business: said.business };
  },
  booking_received: ofBooking(DESK_WORDS.booking_received),
  booking_to_approve: ofBooking(DESK_WORDS.booking_to_approve),
  booking_moved: ofBooking(DESK_WORDS.booking_moved),
  booking_withdrawn: ofBooking(DESK_WORDS.booking_withdrawn),
  series_received: ofSeries(SERIES_WORDS.series_received),
  series_to_approve: ofSeries(SERIES_WORDS.series_to_approve),
  series_moved: ofSeries(SERIES_WORDS.series_moved),
  series_withdrawn: ofSeries(SERIES_WORDS.series_withdrawn),
  bookings_uncovered: ({ businessName, bookings }, { language }) => ({
    words: UNCOVERED_WORDS.bookings_uncovered[language]({ business: oneLine(businessName), count: bookings }),
  }),
  business_created: ({ businessName }, { language }) => ({
    words: BUSINESS_WORDS.business_created[language]({ business: oneLine(businessName) }),
  }),
  business_approved: ({ businessName }, { language }) => ({
    words: BUSINESS_WORDS.business_approved[language]({ business: oneLine(businessName) }),
  }),
  business_rejected: ({ businessName, reason }, { language }) => ({
    words: REJECTION_WORDS.business_rejected[language]({
      business: oneLine(businessName),
      reason: oneLine(reason, LONG),
    }),
  }),
  subscription_expired: ({ businessName }, { language }) => ({
    words: BUSINESS_WORDS.subscription_expired[language]({ business: oneLine(businessName) }),
  }),
  service_created: ({ businessName, serviceName }, { language }) => ({
    words: SERVICE_WORDS.service_created[language]({ business: oneLine(businessName), service: oneLine(serviceName) }),
  }),
  invitation: ({ businessName, role, assignmentId }, { language }) => ({
    words: INVITATION_WORDS[assignmentId ? 'invitation' : 'assignment'][language]({
      business: oneLine(businessName),
      role: ROLE_NAMES[role]?.[language] ?? oneLine(role),
    }),
  }),
  trial_ending: ({ businessName, endsAt, timeZone }, { language }) => ({
    words: TRIAL_WORDS.trial_ending[language]({
      business: oneLine(businessName),
      ends: momentText(endsAt, { timeZone }, language),
    }),
  }),
  appointment_planned: ofAppointment('appointment_planned'),
  appointment_cancelled: ofAppointment('appointment_cancelled'),
  announcement: (_, { own }) => ({
    words: own
      ? { subject: oneLine(own.title), text: own.message.split(/\n+/).map((line) => oneLine(line, LONG)) }
      : NONE,
  }),
};

/** Writes a message for its reader. */
export function written<K extends Kind>(notice: Extract<Notice, { kind: K }>, reader: Reader): Written {
  const teller = TELLERS[notice.kind] as Teller<Kind>;
  const { words, rows = [], business = null, about, sms = null } = teller(notice.facts, reader);
  return {
    language: reader.language,
    subject: words.subject,
    name: reader.name && oneLine(reader.name),
    text: words.text,
    rows,
    code: reader.code ?? null,
    business,
    sms: words.sms && about ? fitting(business ?? '', words.sms, about) : sms,
  };
}

/** Of prose, in characters. */
const LONG = 2_000;
/** Of the parts of a text message, which are paid for one by one. */
const MOST_PARTS = 2;
const LONGEST_NAME = 40;
const SHORTEST_NAME = 8;

function ofBooking(words: Wording<BookingSaid>): (facts: BookingFacts, reader: Reader) => Told {
  return (facts, { language, resourceNames }) => ({
    words: words[language](saidOf(facts, language)),
    rows: rowsOf(facts, language, resourceNames),
    business: oneLine(facts.businessName),
    about: aboutOf(facts, language),
  });
}

/** So many times of a series are written out. */
const MOST_TIMES = 12;

function ofSeries(words: Wording<SeriesSaid>): (facts: SeriesFacts, reader: Reader) => Told {
  return (facts, { language, resourceNames }) => {
    const { times, ...shared } = facts;
    const shown = times.slice(0, MOST_TIMES).map((time, i) => ({
      label: `${i + 1}.`,
      value: spanText({ ...shared, ...time }, language),
    }));
    const [first] = times;
    if (!first) return { words: NONE };
    const [service, , ...others] = rowsOf({ ...shared, ...first }, language, resourceNames, 'priceEach');
    const more = times.length > shown.length ? [{ label: '…', value: `+${times.length - shown.length}` }] : [];
    return {
      words: words[language]({ ...saidOf({ ...shared, ...first }, language), count: times.length }),
      rows: [...(service ? [service] : []), ...shown, ...more, ...others],
      business: oneLine(facts.businessName),
    };
  };
}

function ofAppointment<K extends keyof typeof APPOINTMENT_WORDS>(kind: K): Teller<K> {
  return (facts, { language, title = null }) => {
    const words = APPOINTMENT_WORDS[kind][language]({
      title: title && oneLine(title),
      begins: momentText(facts.start, facts, language),
    });
    return { words, rows: [{ label: LABELS[language].when, value: spanText(facts, language) }] };
  };
}

const saidOf = (facts: Pick<BookingFacts, 'fee'> & OfferedFacts, language: Language): BookingSaid => ({
  business: oneLine(facts.businessName),
  service: oneLine(facts.serviceName),
  begins: momentText(facts.start, facts, language),
  fee: facts.fee && moneyText(facts.fee, language),
});

function rowsOf(
  facts: OfferedFacts & Partial<BookingFacts>,
  language: Language,
  resourceNames: readonly string[] = [],
  priceLabel: 'price' | 'priceEach' = 'price',
): Row[] {
  const labels = LABELS[language];
  const { place, partySize = 1, price } = facts;
  const rows: readonly (readonly [label: string, value: string | null | undefined])[] = [
    [labels.service, oneLine(facts.serviceName)],
    [labels.when, spanText(facts, language)],
    [labels.where, place && oneLine(place, 200)],
    [labels.with, resourceNames.map((name) => oneLine(name)).join(', ')],
    [labels.people, partySize > 1 ? String(partySize) : null],
    [labels[priceLabel], price && moneyText(price, language)],
  ];
  return rows.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}

const aboutOf = (facts: OfferedFacts, language: Language) => ({
  service: oneLine(facts.serviceName),
  when: shortMomentText(facts.start, facts, language),
});

function moneyText({ amount, currency }: Money, language: Language): string {
  const digits = minorDigits(currency);
  const format = { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(language, format).format(amount / 10 ** digits);
}

/** The names are shortened until the text takes no more parts than it may. */
function fitting(business: string, sentence: string, { service, when }: NonNullable<Told['about']>): string {
  for (let longest = LONGEST_NAME; ; longest -= 4) {
    const text = `${oneLine(business, longest)}: ${sentence} ${oneLine(service, longest)}, ${when}`;
    if (longest <= SHORTEST_NAME || smsParts(text).parts <= MOST_PARTS) return text;
  }
}

/**
 * With a last line by which phones offer the code on pages of that domain alone (https://wicg.github.io/sms-one-time-codes),
 * unless it is too long for a text message.
 */
function boundToDomain(sentence: string, code: string, domain: string | undefined): string {
  const text = `${sentence}\n\n@${domain} #${code}`;
  return domain && smsParts(text).parts <= MOST_PARTS ? text : sentence;
}
