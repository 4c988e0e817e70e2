import type { BookingSaid } from './booking';
import type { Wording } from './words';

/** To the people of a business, about its bookings. */
export const DESK_WORDS = {
  booking_received: {
    ja: ({ business, service, begins }) => ({
      subject: `新しい予約：${service}（${begins}）`,
      text: [`${business}に新しい予約が入りました。`],
    }),
    en: ({ business, service, begins }) => ({
      subject: `New booking: ${service}, ${begins}`,
      text: [`${business} has a new booking.`],
    }),
    ru: ({ business, service, begins }) => ({
      subject: `Новая запись: ${service}, ${begins}`,
      text: [`${business}: новая запись.`],
    }),
    kk: ({ business, service, begins }) => ({
      subject: `Жаңа жазылу: ${service}, ${begins}`,
      text: [`${business}: жаңа жазылу бар.`],
    }),
  },
  booking_to_approve: {
    ja: ({ business, service, begins }) => ({
      subject: `承認待ちの予約：${service}（${begins}）`,
      text: [`${business}への予約が承認を待っています。期限までに回答がないと、無効になります。`],
    }),
    en: ({ business, service, begins }) => ({
      subject: `To be approved: ${service}, ${begins}`,
      text: [`A booking at ${business} waits for your approval. Without an answer it will expire.`],
    }),
    ru: ({ business, service, begins }) => ({
      subject: `Ждёт подтверждения: ${service}, ${begins}`,
      text: [`${business}: запись ждёт вашего подтверждения. Без ответа её срок истечёт.`],
    }),
    kk: ({ business, service, begins }) => ({
      subject: `Растауды күтуде: ${service}, ${begins}`,
      text: [`${business}: жазылу растауыңызды күтуде. Жауап болмаса, мерзімі бітеді.`],
    }),
  },
  booking_moved: {
    ja: ({ business, service, begins }) => ({
      subject: `予約が変更されました：${service}（${begins}）`,
      text: [`${business}の予約をお客様が変更しました。`],
    }),
    en: ({ business, service, begins }) => ({
      subject: `Moved: ${service}, ${begins}`,
      text: [`A customer has moved a booking at ${business}.`],
    }),
    ru: ({ business, service, begins }) => ({
      subject: `Запись перенесена: ${service}, ${begins}`,
      text: [`${business}: клиент перенёс запись.`],
    }),
    kk: ({ business, service, begins }) => ({
      subject: `Жазылу ауыстырылды: ${service}, ${begins}`,
      text: [`${business}: клиент жазылуын ауыстырды.`],
    }),
  },
  booking_withdrawn: {
    ja: ({ business, service, begins, fee }) => ({
      subject: `お客様によるキャンセル：${service}（${begins}）`,
      text: [`${business}の予約をお客様がキャンセルしました。`, ...(fee ? [`キャンセル料：${fee}`] : [])],
    }),
    en: ({ business, service, begins, fee }) => ({
      subject: `Cancelled by the customer: ${service}, ${begins}`,
      text: [`A customer has cancelled a booking at ${business}.`, ...(fee ? [`Cancellation fee: ${fee}`] : [])],
    }),
    ru: ({ business, service, begins, fee }) => ({
      subject: `Клиент отменил запись: ${service}, ${begins}`,
      text: [`${business}: клиент отменил запись.`, ...(fee ? [`Плата за отмену: ${fee}`] : [])],
    }),
    kk: ({ business, service, begins, fee }) => ({
      subject: `Клиент бас тартты: ${service}, ${begins}`,
      text: [`${business}: клиент жазылудан бас тартты.`, ...(fee ? [`Бас тарту ақысы: ${fee}`] : [])],
    }),
  },
} as const satisfies Readonly<Record<string, Wording<BookingSaid>>>;
