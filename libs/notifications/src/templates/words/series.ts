import type { BookingSaid } from './booking';
import type { Wording } from './words';

/** Several bookings of a series; `begins`: the first of them. */
export interface SeriesSaid extends BookingSaid {
  readonly count: number;
}

/** To the customer of a series, then to the people of its business. */
export const SERIES_WORDS = {
  series_requested: {
    ja: ({ business, service, begins, count }) => ({
      subject: `ご予約のリクエストを受け付けました：${service}（全${count}回、初回 ${begins}）`,
      text: [`${business}への${count}件のご予約リクエストを受け付けました。確定次第、改めてご連絡いたします。`],
    }),
    en: ({ business, service, begins, count }) => ({
      subject: `Request received: ${service}, ${count}×, first on ${begins}`,
      text: [`${business} has received your request for ${count} bookings. You will hear from us about each of them.`],
    }),
    ru: ({ business, service, begins, count }) => ({
      subject: `Заявка принята: ${service}, ${count}×, первая ${begins}`,
      text: [`${business}: ваша заявка принята. Записей: ${count}. О каждой мы сообщим отдельно.`],
    }),
    kk: ({ business, service, begins, count }) => ({
      subject: `Өтінім қабылданды: ${service}, ${count}×, біріншісі ${begins}`,
      text: [`${business}: өтініміңіз қабылданды. Жазылу саны: ${count}. Әрқайсысы туралы бөлек хабарлаймыз.`],
    }),
  },
  series_booked: {
    ja: ({ business, service, begins, count }) => ({
      subject: `ご予約が確定しました：${service}（全${count}回、初回 ${begins}）`,
      text: [`${business}の${count}件のご予約が確定しました。ご来店をお待ちしております。`],
    }),
    en: ({ business, service, begins, count }) => ({
      subject: `Confirmed: ${service}, ${count}×, first on ${begins}`,
      text: [`Your ${count} bookings at ${business} are confirmed. We look forward to seeing you.`],
    }),
    ru: ({ business, service, begins, count }) => ({
      subject: `Записи подтверждены: ${service}, ${count}×, первая ${begins}`,
      text: [`${business}: ваши записи подтверждены. Всего: ${count}. Будем рады вас видеть.`],
    }),
    kk: ({ business, service, begins, count }) => ({
      subject: `Жазылулар расталды: ${service}, ${count}×, біріншісі ${begins}`,
      text: [`${business}: жазылуларыңыз расталды. Барлығы: ${count}. Сізді күтеміз.`],
    }),
  },
  series_changed: {
    ja: ({ business, service, begins, count }) => ({
      subject: `ご予約が変更されました：${service}（${count}件、初回 ${begins}）`,
      text: [`${business}の${count}件のご予約は、以下の日時に変更されました。`],
    }),
    en: ({ business, service, begins, count }) => ({
      subject: `Moved: ${service}, ${count}×, first on ${begins}`,
      text: [`Bookings at ${business} were moved: ${count} in all. These are the new times.`],
    }),
    ru: ({ business, service, begins, count }) => ({
      subject: `Записи перенесены: ${service}, ${count}×, первая ${begins}`,
      text: [`${business}: записи перенесены. Всего: ${count}. Новое время указано ниже.`],
    }),
    kk: ({ business, service, begins, count }) => ({
      subject: `Жазылулар ауыстырылды: ${service}, ${count}×, біріншісі ${begins}`,
      text: [`${business}: жазылулар ауыстырылды. Барлығы: ${count}. Жаңа уақыты төменде.`],
    }),
  },
  series_cancelled: {
    ja: ({ business, service, begins, count, fee }) => ({
      subject: `ご予約がキャンセルされました：${service}（${count}件、初回 ${begins}）`,
      text: [`${business}の以下の${count}件のご予約がキャンセルされました。`, ...(fee ? [`キャンセル料：${fee}`] : [])],
    }),
    en: ({ business, service, begins, count, fee }) => ({
      subject: `Cancelled: ${service}, ${count}×, first on ${begins}`,
      text: [
        `These bookings at ${business} are cancelled: ${count} in all.`,
        ...(fee ? [`Cancellation fee: ${fee}`] : []),
      ],
    }),
    ru: ({ business, service, begins, count, fee }) => ({
      subject: `Записи отменены: ${service}, ${count}×, первая ${begins}`,
      text: [`${business}: эти записи отменены. Всего: ${count}.`, ...(fee ? [`Плата за отмену: ${fee}`] : [])],
    }),
    kk: ({ business, service, begins, count, fee }) => ({
      subject: `Жазылулар тоқтатылды: ${service}, ${count}×, біріншісі ${begins}`,
      text: [`${business}: мына жазылулар тоқтатылды. Барлығы: ${count}.`, ...(fee ? [`Бас тарту ақысы: ${fee}`] : [])],
    }),
  },
  series_received: {
    ja: ({ business, service, begins, count }) => ({
      subject: `新しい定期予約：${service}（全${count}回、初回 ${begins}）`,
      text: [`${business}に${count}件の新しい予約が入りました。`],
    }),
    en: ({ business, service, begins, count }) => ({
      subject: `New series: ${service}, ${count}×, first on ${begins}`,
      text: [`${business} has ${count} new bookings.`],
    }),
    ru: ({ business, service, begins, count }) => ({
      subject: `Новая серия записей: ${service}, ${count}×, первая ${begins}`,
      text: [`${business}: новые записи. Всего: ${count}.`],
    }),
    kk: ({ business, service, begins, count }) => ({
      subject: `Жаңа жазылулар тізбегі: ${service}, ${count}×, біріншісі ${begins}`,
      text: [`${business}: жаңа жазылулар бар. Барлығы: ${count}.`],
    }),
  },
  series_to_approve: {
    ja: ({ business, service, begins, count }) => ({
      subject: `承認待ちの定期予約：${service}（全${count}回、初回 ${begins}）`,
      text: [`${business}への${count}件の予約が承認を待っています。期限までに回答がないと、無効になります。`],
    }),
    en: ({ business, service, begins, count }) => ({
      subject: `To be approved: ${service}, ${count}×, first on ${begins}`,
      text: [`${count} bookings at ${business} wait for your approval. Without an answer they will expire.`],
    }),
    ru: ({ business, service, begins, count }) => ({
      subject: `Ждут подтверждения: ${service}, ${count}×, первая ${begins}`,
      text: [`${business}: записи ждут вашего подтверждения. Всего: ${count}. Без ответа их срок истечёт.`],
    }),
    kk: ({ business, service, begins, count }) => ({
      subject: `Растауды күтуде: ${service}, ${count}×, біріншісі ${begins}`,
      text: [`${business}: жазылулар растауыңызды күтуде. Барлығы: ${count}. Жауап болмаса, мерзімі бітеді.`],
    }),
  },
  series_moved: {
    ja: ({ business, service, begins, count }) => ({
      subject: `お客様による変更：${service}（${count}件、初回 ${begins}）`,
      text: [`${business}の${count}件の予約をお客様が以下の日時に変更しました。`],
    }),
    en: ({ business, service, begins, count }) => ({
      subject: `Moved by the customer: ${service}, ${count}×, first on ${begins}`,
      text: [`A customer has moved ${count} bookings at ${business}. These are the new times.`],
    }),
    ru: ({ business, service, begins, count }) => ({
      subject: `Клиент перенёс записи: ${service}, ${count}×, первая ${begins}`,
      text: [`${business}: клиент перенёс записи. Всего: ${count}. Новое время указано ниже.`],
    }),
    kk: ({ business, service, begins, count }) => ({
      subject: `Клиент ауыстырды: ${service}, ${count}×, біріншісі ${begins}`,
      text: [`${business}: клиент жазылуларды ауыстырды. Барлығы: ${count}. Жаңа уақыты төменде.`],
    }),
  },
  series_withdrawn: {
    ja: ({ business, service, begins, count, fee }) => ({
      subject: `お客様によるキャンセル：${service}（${count}件、初回 ${begins}）`,
      text: [`${business}の${count}件の予約をお客様がキャンセルしました。`, ...(fee ? [`キャンセル料：${fee}`] : [])],
    }),
    en: ({ business, service, begins, count, fee }) => ({
      subject: `Cancelled by the customer: ${service}, ${count}×, first on ${begins}`,
      text: [
        `A customer has cancelled ${count} bookings at ${business}.`,
        ...(fee ? [`Cancellation fee: ${fee}`] : []),
      ],
    }),
    ru: ({ business, service, begins, count, fee }) => ({
      subject: `Клиент отменил записи: ${service}, ${count}×, первая ${begins}`,
      text: [`${business}: клиент отменил записи. Всего: ${count}.`, ...(fee ? [`Плата за отмену: ${fee}`] : [])],
    }),
    kk: ({ business, service, begins, count, fee }) => ({
      subject: `Клиент бас тартты: ${service}, ${count}×, біріншісі ${begins}`,
      text: [
        `${business}: клиент жазылулардан бас тартты. Барлығы: ${count}.`,
        ...(fee ? [`Бас тарту ақысы: ${fee}`] : []),
      ],
    }),
  },
} as const satisfies Readonly<Record<string, Wording<SeriesSaid>>>;
