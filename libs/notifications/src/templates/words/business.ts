import type { InFour } from '../language';
import type { Wording } from './words';

/** A business, and what else its messages tell, in one language. */
export interface BusinessSaid {
  readonly business: string;
}

/** To the owner of a business. */
export const BUSINESS_WORDS = {
  business_created: {
    ja: ({ business }) => ({
      subject: `${business}を登録しました`,
      text: [`${business}を登録しました。審査が終わり次第、ご連絡いたします。`],
    }),
    en: ({ business }) => ({
      subject: `${business} is registered`,
      text: [`${business} is registered. You will hear from us as soon as it has been reviewed.`],
    }),
    ru: ({ business }) => ({
      subject: `${business}: регистрация принята`,
      text: [`${business}: регистрация принята. Мы сообщим, когда проверка закончится.`],
    }),
    kk: ({ business }) => ({
      subject: `${business} тіркелді`,
      text: [`${business} тіркелді. Тексеру аяқталған соң хабарлаймыз.`],
    }),
  },
  business_approved: {
    ja: ({ business }) => ({
      subject: `${business}が承認されました`,
      text: [`${business}が承認され、予約を受け付けられるようになりました。`],
    }),
    en: ({ business }) => ({
      subject: `${business} is approved`,
      text: [`${business} is approved and can take bookings.`],
    }),
    ru: ({ business }) => ({
      subject: `${business}: проверка пройдена`,
      text: [`${business}: проверка пройдена, можно принимать записи.`],
    }),
    kk: ({ business }) => ({
      subject: `${business} мақұлданды`,
      text: [`${business} мақұлданды, енді жазылуларды қабылдай алады.`],
    }),
  },
  subscription_expired: {
    ja: ({ business }) => ({
      subject: `${business}のご利用期間が終了しました`,
      text: [
        `${business}のご利用期間が終了しました。新しい予約や登録は受け付けられません。`,
        '既存の予約の変更・取消・完了と、データの書き出し・消去は引き続き行えます。',
      ],
    }),
    en: ({ business }) => ({
      subject: `The subscription of ${business} has expired`,
      text: [
        `The subscription of ${business} has expired, so it takes nothing new.`,
        'What is booked can still be moved, cancelled and completed, and data be exported and erased.',
      ],
    }),
    ru: ({ business }) => ({
      subject: `${business}: подписка закончилась`,
      text: [
        `${business}: подписка закончилась, новые записи не принимаются.`,
        'Имеющиеся записи можно переносить, отменять и завершать, данные — выгружать и удалять.',
      ],
    }),
    kk: ({ business }) => ({
      subject: `${business}: жазылым мерзімі аяқталды`,
      text: [
        `${business}: жазылым мерзімі аяқталды, жаңа жазылулар қабылданбайды.`,
        'Бар жазылуларды ауыстыруға, болдырмауға және аяқтауға, деректерді шығарып алуға және өшіруге болады.',
      ],
    }),
  },
} as const satisfies Readonly<Record<string, Wording<BusinessSaid>>>;

export const REJECTION_WORDS = {
  business_rejected: {
    ja: ({ business, reason }) => ({
      subject: `${business}は承認されませんでした`,
      text: [`${business}は承認されませんでした。理由：${reason}`, '内容を修正して、再度申請いただけます。'],
    }),
    en: ({ business, reason }) => ({
      subject: `${business} is not approved`,
      text: [
        `${business} is not approved. The reason: ${reason}`,
        'You can change what is asked for and submit it again.',
      ],
    }),
    ru: ({ business, reason }) => ({
      subject: `${business}: проверка не пройдена`,
      text: [`${business}: проверка не пройдена. Причина: ${reason}`, 'Исправьте данные и отправьте заявку снова.'],
    }),
    kk: ({ business, reason }) => ({
      subject: `${business} мақұлданбады`,
      text: [`${business} мақұлданбады. Себебі: ${reason}`, 'Деректерді түзетіп, өтінімді қайта жіберіңіз.'],
    }),
  },
} as const satisfies Readonly<Record<string, Wording<BusinessSaid & { readonly reason: string }>>>;

export const UNCOVERED_WORDS = {
  bookings_uncovered: {
    ja: ({ business, count }) => ({
      subject: `${business}：対応が必要な予約 ${count}件`,
      text: [
        '変更により、担当者・時間・場所などが確保できなくなった予約があります。日時や担当者の変更、維持、または取り消しをお選びください。',
      ],
    }),
    en: ({ business, count }) => ({
      subject: `${business}: bookings that need attention: ${count}`,
      text: [
        'A change has left bookings without the person, time or place that they need. They stay booked: move, reassign, keep or cancel them.',
      ],
    }),
    ru: ({ business, count }) => ({
      subject: `${business}: записи, требующие внимания: ${count}`,
      text: [
        'После изменения часть записей осталась без сотрудника, времени или места. Они не отменены: перенесите их, передайте другому сотруднику, оставьте как есть или отмените.',
      ],
    }),
    kk: ({ business, count }) => ({
      subject: `${business}: назар аударуды қажет ететін жазылулар: ${count}`,
      text: [
        'Өзгерістен кейін кейбір жазылулар қызметкерсіз, уақытсыз немесе орынсыз қалды. Олар күшінде: басқа уақытқа ауыстырыңыз, басқа қызметкерге беріңіз, сол күйінде қалдырыңыз немесе бас тартыңыз.',
      ],
    }),
  },
} as const satisfies Readonly<Record<string, Wording<BusinessSaid & { readonly count: number }>>>;

export const SERVICE_WORDS = {
  service_created: {
    ja: ({ business, service }) => ({
      subject: `新しいメニュー：${service}`,
      text: [`${business}に「${service}」を追加しました。`],
    }),
    en: ({ business, service }) => ({
      subject: `New service: ${service}`,
      text: [`${business} now offers “${service}”.`],
    }),
    ru: ({ business, service }) => ({
      subject: `Новая услуга: ${service}`,
      text: [`${business} теперь предлагает услугу «${service}».`],
    }),
    kk: ({ business, service }) => ({
      subject: `Жаңа қызмет: ${service}`,
      text: [`${business} енді «${service}» қызметін ұсынады.`],
    }),
  },
} as const satisfies Readonly<Record<string, Wording<BusinessSaid & { readonly service: string }>>>;

/** Roles as people call them; any other goes by its own name. */
export const ROLE_NAMES: Readonly<Record<string, InFour<string>>> = {
  owner: { ja: 'オーナー', en: 'owner', ru: 'владелец', kk: 'иесі' },
  manager: { ja: 'マネージャー', en: 'manager', ru: 'менеджер', kk: 'менеджер' },
  staff: { ja: 'スタッフ', en: 'staff member', ru: 'сотрудник', kk: 'қызметкер' },
  assistant: { ja: 'アシスタント', en: 'assistant', ru: 'помощник', kk: 'көмекші' },
  sales_rep: { ja: '営業担当', en: 'sales representative', ru: 'менеджер по продажам', kk: 'сату жөніндегі менеджер' },
  sales_manager: { ja: '営業責任者', en: 'sales manager', ru: 'руководитель продаж', kk: 'сату жетекшісі' },
};

export const INVITATION_WORDS = {
  invitation: {
    ja: ({ business, role }) => ({
      subject: `${business}のチームに招待されました`,
      text: [
        `${business}のチームに招待されました。役割：${role}。`,
        'サインインして、ご自身の招待から承諾または辞退してください。承諾するまでは、メンバーになりません。',
      ],
    }),
    en: ({ business, role }) => ({
      subject: `${business} invites you to its team`,
      text: [
        `${business} invites you to its team. Your role would be: ${role}.`,
        'Sign in and accept or decline it among your invitations. Until you accept, you are not a member.',
      ],
    }),
    ru: ({ business, role }) => ({
      subject: `${business}: приглашение в команду`,
      text: [
        `${business} приглашает вас в команду. Ваша роль: ${role}.`,
        'Войдите и примите или отклоните приглашение в списке ваших приглашений. Пока вы его не приняли, вы не в команде.',
      ],
    }),
    kk: ({ business, role }) => ({
      subject: `${business}: командаға шақыру`,
      text: [
        `${business} сізді командасына шақырады. Рөліңіз: ${role}.`,
        'Жүйеге кіріп, шақыруларыңыздың ішінен оны қабылдаңыз немесе қабылдамаңыз. Қабылдағанша команда мүшесі болмайсыз.',
      ],
    }),
  },
  /** Of builds that asked nobody: they stand in lists of notifications. */
  assignment: {
    ja: ({ business, role }) => ({
      subject: `${business}のチームに加わりました`,
      text: [`${business}のチームに加わりました。役割：${role}`],
    }),
    en: ({ business, role }) => ({
      subject: `You are on the team of ${business}`,
      text: [`You are now on the team of ${business}. Your role: ${role}`],
    }),
    ru: ({ business, role }) => ({
      subject: `${business}: вы в команде`,
      text: [`Вы теперь в команде ${business}. Ваша роль: ${role}`],
    }),
    kk: ({ business, role }) => ({
      subject: `${business}: сіз командадасыз`,
      text: [`Сіз енді ${business} командасындасыз. Рөліңіз: ${role}`],
    }),
  },
} as const satisfies Readonly<Record<string, Wording<BusinessSaid & { readonly role: string }>>>;

export const TRIAL_WORDS = {
  trial_ending: {
    ja: ({ business, ends }) => ({
      subject: `${business}の無料期間がまもなく終了します`,
      text: [`${business}の無料期間は${ends}に終了します。`],
    }),
    en: ({ business, ends }) => ({
      subject: `The trial of ${business} is ending`,
      text: [`The trial of ${business} ends on ${ends}.`],
    }),
    ru: ({ business, ends }) => ({
      subject: `${business}: пробный период заканчивается`,
      text: [`Пробный период ${business} заканчивается: ${ends}.`],
    }),
    kk: ({ business, ends }) => ({
      subject: `${business}: сынақ мерзімі аяқталуда`,
      text: [`${business} үшін сынақ мерзімі аяқталады: ${ends}.`],
    }),
  },
} as const satisfies Readonly<Record<string, Wording<BusinessSaid & { readonly ends: string }>>>;
