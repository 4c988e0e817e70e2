import Negotiator from 'negotiator';
import en from './en.json';
import ja from './ja.json';
import kk from './kk.json';
import ru from './ru.json';

type Catalog = Readonly<Record<string, string>>;

const CATALOGS = { en, ja, ru, kk } as const satisfies Record<string, Catalog>;

/** The codes that there is a sentence for. */
export type RefusalCode = Extract<keyof typeof en, `${string}.${string}`>;

type Language = keyof typeof CATALOGS;

const LANGUAGES = Object.keys(CATALOGS) as Language[];

/** The language an `Accept-Language` header prefers among ours; English when it names none of them. */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined) return 'en';
  const negotiator = new Negotiator({ headers: { 'accept-language': acceptLanguage } });
  return (negotiator.language(LANGUAGES) as Language | undefined) ?? 'en';
}

/** The sentence for a code, with its facts filled in; the code itself where nobody wrote a sentence. */
export function messageFor(code: string, facts: Readonly<Record<string, unknown>>, language: Language): string {
  const catalog: Catalog = CATALOGS[language];
  const sentence = catalog[code] ?? (CATALOGS.en as Catalog)[code] ?? code;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => textOf(facts[name]));
}

const textOf = (fact: unknown): string => (Array.isArray(fact) ? fact.join(', ') : String(fact ?? '…'));
