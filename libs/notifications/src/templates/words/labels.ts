import type { InFour } from '../language';

/** What stands in every message, whatever its kind. */
export const LABELS: InFour<{
  /** Somebody is addressed by name; null: it is not known. */
  readonly greeting: (name: string | null) => string;
  readonly service: string;
  readonly when: string;
  readonly where: string;
  readonly with: string;
  readonly people: string;
  readonly price: string;
  /** Of each of several bookings. */
  readonly priceEach: string;
  readonly sentBy: (business: string | null) => string;
}> = {
  ja: {
    greeting: (name) => (name ? `${name} 様` : 'ご利用いただきありがとうございます。'),
    service: 'メニュー',
    when: '日時',
    where: '場所',
    with: '担当・設備',
    people: '人数',
    price: '料金',
    priceEach: '料金（1回あたり）',
    sentBy: (business) =>
      business ? `${business}より、Yoyakuを通じてお送りしています。` : 'Yoyakuよりお送りしています。',
  },
  en: {
    greeting: (name) => (name ? `Dear ${name},` : 'Hello,'),
    service: 'Service',
    when: 'When',
    where: 'Where',
    with: 'With',
    people: 'People',
    price: 'Price',
    priceEach: 'Price each',
    sentBy: (business) => (business ? `Sent for ${business} by Yoyaku.` : 'Sent by Yoyaku.'),
  },
  ru: {
    greeting: (name) => (name ? `Здравствуйте, ${name}!` : 'Здравствуйте!'),
    service: 'Услуга',
    when: 'Когда',
    where: 'Где',
    with: 'У кого',
    people: 'Человек',
    price: 'Цена',
    priceEach: 'Цена за один раз',
    sentBy: (business) => (business ? `Отправлено через Yoyaku: ${business}.` : 'Отправлено сервисом Yoyaku.'),
  },
  kk: {
    greeting: (name) => (name ? `Сәлеметсіз бе, ${name}!` : 'Сәлеметсіз бе!'),
    service: 'Қызмет',
    when: 'Қашан',
    where: 'Қайда',
    with: 'Кімде',
    people: 'Адам саны',
    price: 'Бағасы',
    priceEach: 'Бір реттік бағасы',
    sentBy: (business) => (business ? `Yoyaku арқылы жіберілді: ${business}.` : 'Yoyaku жіберді.'),
  },
};
