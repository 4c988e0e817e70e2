import type { Message } from '../infrastructure/mail-outbox';
import type { Purpose } from '../infrastructure/verification-codes';

type Language = 'en' | 'ja' | 'ru' | 'kk';
type Template = Readonly<{ subject: string; text: string }>;

const TEMPLATES: Readonly<Record<Purpose, Readonly<Record<Language, Template>>>> = {
  verify_email: {
    en: { subject: 'Confirm your e-mail address', text: 'To confirm your address, use this code within 2 days:' },
    ja: { subject: 'メールアドレスの確認', text: '次のコードを2日以内に入力して、メールアドレスを確認してください。' },
    ru: { subject: 'Подтвердите адрес почты', text: 'Чтобы подтвердить адрес, введите этот код в течение 2 дней:' },
    kk: { subject: 'Поштаңызды растаңыз', text: 'Мекенжайды растау үшін осы кодты 2 күн ішінде енгізіңіз:' },
  },
  reset_password: {
    en: { subject: 'Choose a new password', text: 'To choose a new password, use this code within an hour:' },
    ja: {
      subject: 'パスワードの再設定',
      text: '次のコードを1時間以内に入力して、新しいパスワードを設定してください。',
    },
    ru: { subject: 'Новый пароль', text: 'Чтобы задать новый пароль, введите этот код в течение часа:' },
    kk: { subject: 'Жаңа құпиясөз', text: 'Жаңа құпиясөз орнату үшін осы кодты бір сағат ішінде енгізіңіз:' },
  },
};

/** The message that carries a verification code, in the language of the user's locale, English when unknown. */
export function codeMail(purpose: Purpose, to: string, locale: string, code: string): Message {
  const templates = TEMPLATES[purpose];
  const language = locale.split('-')[0] as Language;
  const { subject, text } = templates[language] ?? templates.en;
  return { to, subject, text: `${text}\n\n${code}\n` };
}
