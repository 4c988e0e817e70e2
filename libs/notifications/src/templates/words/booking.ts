import type { Wording } from './words';

/** A booking in one language. */
export interface BookingSaid {
  readonly business: string;
  readonly service: string;
  /** When it begins. */
  readonly begins: string;
  /** What it costs not to come, or to have cancelled; null: nothing. */
  readonly fee: string | null;
}

/** To the customer of a booking. */
export const BOOKING_WORDS = {
  booking_requested: {
    ja: ({ business, service, begins }) => ({
      subject: `ご予約のリクエストを受け付けました：${service}（${begins}）`,
      text: [`${business}へのご予約リクエストを受け付けました。確定次第、改めてご連絡いたします。`],
      sms: 'ご予約のリクエストを受け付けました。',
    }),
    en: ({ business, service, begins }) => ({
      subject: `Request received: ${service}, ${begins}`,
      text: [`${business} has received your request. You will hear from us as soon as it is confirmed.`],
      sms: 'Request received.',
    }),
    ru: ({ business, service, begins }) => ({
      subject: `Заявка принята: ${service}, ${begins}`,
      text: [`${business}: ваша заявка на запись принята. Мы сообщим, как только запись подтвердят.`],
      sms: 'Заявка принята.',
    }),
    kk: ({ business, service, begins }) => ({
      subject: `Өтінім қабылданды: ${service}, ${begins}`,
      text: [`${business}: жазылу туралы өтініміңіз қабылданды. Расталған соң хабарлаймыз.`],
      sms: 'Өтінім қабылданды.',
    }),
  },
  booking_confirmed: {
    ja: ({ business, service, begins }) => ({
      subject: `ご予約が確定しました：${service}（${begins}）`,
      text: [`${business}のご予約が確定しました。ご来店をお待ちしております。`],
      sms: 'ご予約が確定しました。',
    }),
    en: ({ business, service, begins }) => ({
      subject: `Confirmed: ${service}, ${begins}`,
      text: [`Your booking at ${business} is confirmed. We look forward to seeing you.`],
      sms: 'Your booking is confirmed.',
    }),
    ru: ({ business, service, begins }) => ({
      subject: `Запись подтверждена: ${service}, ${begins}`,
      text: [`${business}: ваша запись подтверждена. Будем рады вас видеть.`],
      sms: 'Запись подтверждена.',
    }),
    kk: ({ business, service, begins }) => ({
      subject: `Жазылу расталды: ${service}, ${begins}`,
      text: [`${business}: жазылуыңыз расталды. Сізді күтеміз.`],
      sms: 'Жазылу расталды.',
    }),
  },
  booking_changed: {
    ja: ({ business, service, begins }) => ({
      subject: `ご予約が変更されました：${service}（${begins}）`,
      text: [`${business}のご予約内容が変更されました。現在の内容は以下のとおりです。`],
      sms: 'ご予約が変更されました。',
    }),
    en: ({ business, service, begins }) => ({
      subject: `Changed: ${service}, ${begins}`,
      text: [`Your booking at ${business} has changed. This is how it stands now.`],
      sms: 'Your booking has changed.',
    }),
    ru: ({ business, service, begins }) => ({
      subject: `Запись изменена: ${service}, ${begins}`,
      text: [`${business}: ваша запись изменена. Теперь она такая:`],
      sms: 'Запись изменена.',
    }),
    kk: ({ business, service, begins }) => ({
      subject: `Жазылу өзгертілді: ${service}, ${begins}`,
      text: [`${business}: жазылуыңыз өзгертілді. Қазіргі мәліметтер төменде.`],
      sms: 'Жазылу өзгертілді.',
    }),
  },
  booking_cancelled: {
    ja: ({ business, service, begins, fee }) => ({
      subject: `ご予約がキャンセルされました：${service}（${begins}）`,
      text: [`${business}の以下のご予約がキャンセルされました。`, ...(fee ? [`キャンセル料：${fee}`] : [])],
      sms: 'ご予約がキャンセルされました。',
    }),
    en: ({ business, service, begins, fee }) => ({
      subject: `Cancelled: ${service}, ${begins}`,
      text: [`Your booking at ${business} is cancelled.`, ...(fee ? [`Cancellation fee: ${fee}`] : [])],
      sms: 'Your booking is cancelled.',
    }),
    ru: ({ business, service, begins, fee }) => ({
      subject: `Запись отменена: ${service}, ${begins}`,
      text: [`${business}: ваша запись отменена.`, ...(fee ? [`Плата за отмену: ${fee}`] : [])],
      sms: 'Запись отменена.',
    }),
    kk: ({ business, service, begins, fee }) => ({
      subject: `Жазылу тоқтатылды: ${service}, ${begins}`,
      text: [`${business}: жазылуыңыз тоқтатылды.`, ...(fee ? [`Бас тарту ақысы: ${fee}`] : [])],
      sms: 'Жазылу тоқтатылды.',
    }),
  },
  booking_declined: {
    ja: ({ business, service, begins }) => ({
      subject: `ご予約をお受けできませんでした：${service}（${begins}）`,
      text: [`申し訳ございませんが、${business}では以下のご予約をお受けできませんでした。`],
      sms: 'ご予約をお受けできませんでした。',
    }),
    en: ({ business, service, begins }) => ({
      subject: `Not possible: ${service}, ${begins}`,
      text: [`We are sorry: ${business} cannot take your booking.`],
      sms: 'We are sorry: we cannot take your booking.',
    }),
    ru: ({ business, service, begins }) => ({
      subject: `Запись невозможна: ${service}, ${begins}`,
      text: [`К сожалению, ${business} не может принять вашу запись.`],
      sms: 'К сожалению, записать вас не можем.',
    }),
    kk: ({ business, service, begins }) => ({
      subject: `Жазылу мүмкін емес: ${service}, ${begins}`,
      text: [`Өкінішке қарай, ${business} жазылуыңызды қабылдай алмайды.`],
      sms: 'Өкінішке қарай, жазылу мүмкін емес.',
    }),
  },
  booking_expired: {
    ja: ({ business, service, begins }) => ({
      subject: `ご予約リクエストの期限が切れました：${service}（${begins}）`,
      text: [`${business}から期限内に回答がなかったため、以下のリクエストは無効になりました。`],
      sms: 'ご予約リクエストの期限が切れました。',
    }),
    en: ({ business, service, begins }) => ({
      subject: `Request expired: ${service}, ${begins}`,
      text: [`${business} did not answer your request in time, so it has expired.`],
      sms: 'Your request has expired.',
    }),
    ru: ({ business, service, begins }) => ({
      subject: `Срок заявки истёк: ${service}, ${begins}`,
      text: [`${business}: на вашу заявку не ответили вовремя, и её срок истёк.`],
      sms: 'Срок вашей заявки истёк.',
    }),
    kk: ({ business, service, begins }) => ({
      subject: `Өтінім мерзімі бітті: ${service}, ${begins}`,
      text: [`${business}: өтініміңізге уақытында жауап берілмеді, оның мерзімі бітті.`],
      sms: 'Өтінім мерзімі бітті.',
    }),
  },
  booking_reminder: {
    ja: ({ business, service, begins }) => ({
      subject: `ご予約のお知らせ：${service}（${begins}）`,
      text: [`${business}のご予約の時間が近づいてまいりました。`],
      sms: 'ご予約のお知らせです。',
    }),
    en: ({ business, service, begins }) => ({
      subject: `Reminder: ${service}, ${begins}`,
      text: [`This is a reminder of your booking at ${business}.`],
      sms: 'A reminder of your booking.',
    }),
    ru: ({ business, service, begins }) => ({
      subject: `Напоминание: ${service}, ${begins}`,
      text: [`Напоминаем о вашей записи: ${business}.`],
      sms: 'Напоминаем о записи.',
    }),
    kk: ({ business, service, begins }) => ({
      subject: `Еске салу: ${service}, ${begins}`,
      text: [`Жазылуыңызды еске саламыз: ${business}.`],
      sms: 'Жазылуыңызды еске саламыз.',
    }),
  },
} as const satisfies Readonly<Record<string, Wording<BookingSaid>>>;

export const OFFER_WORDS = {
  waitlist_offer: {
    ja: ({ business, service, begins, until }) => ({
      subject: `空きが出ました：${service}（${begins}）`,
      text: [`${business}で、お待ちの時間に空きが出ました。`, `${until}まで、お席を確保しております。`],
      sms: `空きが出ました。${until}まで確保しております。`,
    }),
    en: ({ business, service, begins, until }) => ({
      subject: `A time has become free: ${service}, ${begins}`,
      text: [`A time that you are waiting for at ${business} has become free.`, `It is held for you until ${until}.`],
      sms: `A time has become free, held for you until ${until}.`,
    }),
    ru: ({ business, service, begins, until }) => ({
      subject: `Освободилось время: ${service}, ${begins}`,
      text: [`${business}: освободилось время, которого вы ждёте.`, `Мы держим его для вас до ${until}.`],
      sms: `Освободилось время, держим до ${until}.`,
    }),
    kk: ({ business, service, begins, until }) => ({
      subject: `Уақыт босады: ${service}, ${begins}`,
      text: [`${business}: сіз күткен уақыт босады.`, `Ол сізге ${until} дейін сақталады.`],
      sms: `Уақыт босады, ${until} дейін сақталады.`,
    }),
  },
} as const satisfies Readonly<Record<string, Wording<BookingSaid & { readonly until: string }>>>;

export const LAPSED_WORDS = {
  waitlist_lapsed: {
    ja: ({ business, service, begins }) => ({
      subject: `お取り置きの期限が過ぎました：${service}（${begins}）`,
      text: [`${business}でご案内した時間は、期限内にご返答がなかったため、次の方にご案内しました。`],
    }),
    en: ({ business, service, begins }) => ({
      subject: `No longer held: ${service}, ${begins}`,
      text: [`The time that ${business} held for you was not taken up, so it goes to the next in line.`],
    }),
    ru: ({ business, service, begins }) => ({
      subject: `Время больше не удерживается: ${service}, ${begins}`,
      text: [`${business}: предложенное время не было подтверждено, и его предложат следующему в очереди.`],
    }),
    kk: ({ business, service, begins }) => ({
      subject: `Уақыт енді сақталмайды: ${service}, ${begins}`,
      text: [`${business}: ұсынылған уақыт расталмады, ол кезектегі келесі адамға ұсынылады.`],
    }),
  },
} as const satisfies Readonly<Record<string, Wording<BookingSaid>>>;
