import type { Wording } from './words';

/** To somebody about their own account: whatever they are called stands in the greeting. */
export const ACCOUNT_WORDS = {
  email_verification: {
    ja: () => ({
      subject: 'メールアドレスの確認',
      text: ['次のコードを2日以内に入力して、メールアドレスを確認してください。'],
    }),
    en: () => ({
      subject: 'Confirm your e-mail address',
      text: ['To confirm your address, use this code within 2 days:'],
    }),
    ru: () => ({
      subject: 'Подтвердите адрес почты',
      text: ['Чтобы подтвердить адрес, введите этот код в течение 2 дней:'],
    }),
    kk: () => ({
      subject: 'Поштаңызды растаңыз',
      text: ['Мекенжайды растау үшін осы кодты 2 күн ішінде енгізіңіз:'],
    }),
  },
  password_reset: {
    ja: () => ({
      subject: 'パスワードの再設定',
      text: [
        'パスワード再設定のご依頼を受け付けました。お心当たりがない場合は、このメールを破棄してください。パスワードは変わりません。',
        '次のコードを1時間以内に入力して、新しいパスワードを設定してください。',
      ],
    }),
    en: () => ({
      subject: 'Choose a new password',
      text: [
        'Somebody asked for a new password for your account. If it was not you, ignore this message: your password stays as it is.',
        'To choose a new password, use this code within an hour:',
      ],
    }),
    ru: () => ({
      subject: 'Новый пароль',
      text: [
        'Для вашей учётной записи запросили новый пароль. Если это были не вы, не обращайте внимания: пароль останется прежним.',
        'Чтобы задать новый пароль, введите этот код в течение часа:',
      ],
    }),
    kk: () => ({
      subject: 'Жаңа құпиясөз',
      text: [
        'Тіркелгіңізге жаңа құпиясөз сұралды. Егер сіз сұрамасаңыз, бұл хатты елемеңіз: құпиясөзіңіз өзгермейді.',
        'Жаңа құпиясөз орнату үшін осы кодты бір сағат ішінде енгізіңіз:',
      ],
    }),
  },
  welcome: {
    ja: () => ({
      subject: 'Yoyakuへようこそ',
      text: ['ご登録ありがとうございます。サロンやレストランなどのご予約を、ひとつのアカウントで管理できます。'],
    }),
    en: () => ({
      subject: 'Welcome to Yoyaku',
      text: ['Thank you for registering. All your bookings, wherever you make them, are now in one account.'],
    }),
    ru: () => ({
      subject: 'Добро пожаловать в Yoyaku',
      text: ['Спасибо за регистрацию. Все ваши записи теперь в одной учётной записи.'],
    }),
    kk: () => ({
      subject: 'Yoyaku-ға қош келдіңіз',
      text: ['Тіркелгеніңізге рақмет. Барлық жазылуларыңыз енді бір тіркелгіде.'],
    }),
  },
} as const satisfies Readonly<Record<string, Wording<object>>>;

/** To a phone: no more than two text messages long, whichever the language. */
export const PHONE_CODE_WORDS: Wording<{ readonly code: string }> = {
  ja: ({ code }) => ({
    subject: '認証コード',
    text: ['ログイン用の認証コードをSMSでお送りしました。'],
    sms: `【Yoyaku】認証コード：${code}（10分間有効）。他人に教えないでください。`,
  }),
  en: ({ code }) => ({
    subject: 'Your code',
    text: ['A code to sign in was sent to your phone.'],
    sms: `Yoyaku: ${code} is your code. It is good for 10 minutes. Give it to nobody.`,
  }),
  ru: ({ code }) => ({
    subject: 'Ваш код',
    text: ['Код для входа отправлен на ваш телефон.'],
    sms: `Yoyaku: ваш код ${code}. Действует 10 минут. Никому его не сообщайте.`,
  }),
  kk: ({ code }) => ({
    subject: 'Сіздің кодыңыз',
    text: ['Кіру коды телефоныңызға жіберілді.'],
    sms: `Yoyaku: кодыңыз ${code}. 10 минут жарамды. Оны ешкімге айтпаңыз.`,
  }),
};

/** A private appointment in one language. */
export interface AppointmentSaid {
  readonly title: string | null;
  readonly begins: string;
}

export const APPOINTMENT_WORDS = {
  appointment_planned: {
    ja: ({ title, begins }) => ({
      subject: `予定を登録しました：${title ?? '予定'}（${begins}）`,
      text: ['カレンダーに予定を登録しました。'],
    }),
    en: ({ title, begins }) => ({
      subject: `Planned: ${title ?? 'Appointment'}, ${begins}`,
      text: ['An appointment is in your calendar.'],
    }),
    ru: ({ title, begins }) => ({
      subject: `Запланировано: ${title ?? 'Встреча'}, ${begins}`,
      text: ['Встреча добавлена в ваш календарь.'],
    }),
    kk: ({ title, begins }) => ({
      subject: `Жоспарланды: ${title ?? 'Кездесу'}, ${begins}`,
      text: ['Кездесу күнтізбеңізге қосылды.'],
    }),
  },
  appointment_cancelled: {
    ja: ({ title, begins }) => ({
      subject: `予定を取り消しました：${title ?? '予定'}（${begins}）`,
      text: ['カレンダーの予定を取り消しました。'],
    }),
    en: ({ title, begins }) => ({
      subject: `Cancelled: ${title ?? 'Appointment'}, ${begins}`,
      text: ['The appointment is no longer in your calendar.'],
    }),
    ru: ({ title, begins }) => ({
      subject: `Отменено: ${title ?? 'Встреча'}, ${begins}`,
      text: ['Встреча удалена из вашего календаря.'],
    }),
    kk: ({ title, begins }) => ({
      subject: `Тоқтатылды: ${title ?? 'Кездесу'}, ${begins}`,
      text: ['Кездесу күнтізбеңізден алынды.'],
    }),
  },
} as const satisfies Readonly<Record<string, Wording<AppointmentSaid>>>;
