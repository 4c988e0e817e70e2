/** The languages that messages are written in. */
export const LANGUAGES = ['ja', 'en', 'ru', 'kk'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Something in every language: leaving one out does not compile. */
export type InFour<T> = Readonly<Record<Language, T>>;

const isLanguage = (name: string): name is Language => (LANGUAGES as readonly string[]).includes(name);

/** The language of the first of these locales that is one of ours, English when none is. */
export function languageOf(...locales: readonly (string | null)[]): Language {
  const names = locales.map((locale) => locale?.split('-')[0]?.toLowerCase() ?? '');
  return names.find(isLanguage) ?? 'en';
}
