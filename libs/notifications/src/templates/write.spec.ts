import { BOOKING, everyNotice } from '../../test/samples';
import { LANGUAGES, languageOf } from './language';
import { rendered } from './render';
import { smsParts } from './sms-parts';
import { type Reader, written } from './write';

const RIGHT_TO_LEFT_OVERRIDE = '\u202e';
const HOSTILE = `<script>alert("x")</script>\r\nBcc: all@example.com${RIGHT_TO_LEFT_OVERRIDE}&'{{code}} ${'長'.repeat(9_000)}`;

const reader = (language: Reader['language'], name: string | null = 'Hanako'): Reader => ({
  language,
  name,
  code: 'the-code',
  title: 'Dentist',
  resourceNames: ['Yuki', 'Chair 2'],
  own: { title: 'News', message: 'We move.\nSoon.' },
});

const everyMessage = LANGUAGES.flatMap((language) =>
  everyNotice().map((notice) => ({ kind: notice.kind, language, notice })),
);

describe('messages', () => {
  it.each(everyMessage)('$kind is written in $language', ({ kind, language, notice }) => {
    const message = written(notice, reader(language));
    const { subject, text, html } = rendered(message);
    expect(subject).not.toBe('');
    expect(message.text.join('')).not.toBe('');
    for (const part of [subject, text, html, message.sms ?? '']) expect(part).not.toMatch(/undefined|null|NaN|\{\{/);
    expect(html).toContain(`<html lang="${language}"`);
    expect(text).toContain('Hanako');
    if (kind.startsWith('booking_'))
      for (const said of ['Salon Mori', 'Cut, colour; blow-dry', 'Yuki, Chair 2', 'Ginza'])
        expect(text).toContain(said);
  });

  it.each([
    ['ja', '料金（1回あたり）'],
    ['en', 'Price each'],
    ['ru', 'Цена за один раз'],
    ['kk', 'Бір реттік бағасы'],
  ] as const)('of a series say in %s that the price is one booking’s', (language, each) => {
    for (const notice of everyNotice().filter(({ kind }) => kind.startsWith('series_')))
      expect(written(notice, reader(language)).rows.map(({ label }) => label)).toContain(each);
  });

  it.each(everyMessage)('$kind takes at most two parts as a text message in $language', ({ language, kind }) => {
    const long = { businessName: 'サロン'.repeat(40), serviceName: 'Окрашивание '.repeat(20) };
    for (const notice of [...everyNotice(long), ...everyNotice()].filter((each) => each.kind === kind)) {
      const { sms } = written(notice, reader(language));
      if (sms !== null) expect(smsParts(sms).parts).toBeLessThanOrEqual(2);
    }
  });

  it.each(LANGUAGES)('hold no hostile name in %s', (language) => {
    const texts = { businessName: HOSTILE, serviceName: HOSTILE, place: HOSTILE };
    for (const notice of everyNotice(texts)) {
      const message = written(notice, {
        ...reader(language, HOSTILE),
        title: HOSTILE,
        own: { title: HOSTILE, message: HOSTILE.replace('\r\n', ' ') },
      });
      const { subject, text, html } = rendered(message);
      expect(html).not.toMatch(/<script|"x"\)/);
      for (const part of [subject, text, html]) expect(part).not.toMatch(/[\r\u202e]|\nBcc/);
      expect(subject.length).toBeLessThanOrEqual(150);
      expect(subject).not.toContain('\n');
    }
  });

  it('tell times at the place, and name its zone where the reader’s clock shows another time', () => {
    const textFor = (readerTimeZone: string) =>
      rendered(written({ kind: 'booking_confirmed', facts: { ...BOOKING, readerTimeZone } }, reader('en'))).text;
    expect(textFor('Asia/Tokyo')).toMatch(/April 1, 2027.* 10:00\s–\s11:30\n/);
    expect(textFor('Asia/Seoul')).toBe(textFor('Asia/Tokyo'));
    expect(textFor('Europe/Berlin')).toMatch(/10:00\s–\s11:30 \(Japan Standard Time\)/);
  });

  it('tell money in the digits of its currency', () => {
    const textOf = (amount: number, currency: string) =>
      rendered(written({ kind: 'booking_confirmed', facts: { ...BOOKING, price: { amount, currency } } }, reader('en')))
        .text;
    expect(textOf(8_000, 'JPY')).toContain('¥8,000');
    expect(textOf(8_050, 'USD')).toContain('$80.50');
    expect(textOf(8_000, 'KWD')).toContain('8.000');
  });

  it('are in the first language that is known of those asked for, else in English', () => {
    expect(languageOf('de', 'kk-KZ')).toBe('kk');
    expect(languageOf(null, 'JA')).toBe('ja');
    expect(languageOf('de', null)).toBe('en');
  });
});
