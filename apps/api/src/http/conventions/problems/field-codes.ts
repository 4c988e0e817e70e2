/** All that can be wrong with a field as such; what a rule of the domain has against it has that rule's own code. */
export const FIELD_CODES = [
  'required',
  'unknown_field',
  'wrong_type',
  'not_uuid',
  'not_instant',
  'not_date',
  'too_short',
  'too_long',
  'too_small',
  'too_large',
  'not_one_of',
  'bad_format',
  'duplicate',
] as const;

type FieldCode = (typeof FIELD_CODES)[number];

/** A sentence that says a code more precisely: `too_long.list` is `too_long` of a list. */
type Sentence = FieldCode | `${FieldCode}.${string}`;

/** What fails when a check of class-validator, or one of ours, does. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  whitelistValidation: 'unknown_field',
  unknownValue: 'wrong_type.object',
  nestedValidation: 'wrong_type.object',
  isObject: 'wrong_type.object',
  isArray: 'wrong_type.list',
  isString: 'wrong_type.text',
  isInt: 'wrong_type.number',
  isNumber: 'wrong_type.fraction',
  isBoolean: 'wrong_type.flag',
  isUuid: 'not_uuid',
  isInstant: 'not_instant',
  isDate: 'not_date',
  minLength: 'too_short',
  arrayMinSize: 'too_short.list',
  maxLength: 'too_long',
  arrayMaxSize: 'too_long.list',
  min: 'too_small',
  max: 'too_large',
  isIn: 'not_one_of',
  arrayUnique: 'duplicate',
  matches: 'bad_format',
  isPlainText: 'bad_format.line',
  isPlainLines: 'bad_format.lines',
  isTime: 'bad_format.time',
  isTimeZone: 'bad_format.time_zone',
  isCurrency: 'bad_format.currency',
  isLocale: 'bad_format.locale',
  isNear: 'bad_format.near',
  isEmail: 'bad_format.email',
  isUsername: 'bad_format.username',
  isFee: 'bad_format.fee',
};

export const sentenceOf = (check: string): Sentence => SENTENCES[check] ?? 'bad_format';

/** The code that a sentence says more precisely; the code of a rule is its own. */
export function codeOf(sentence: string): string {
  const [code = ''] = sentence.split('.', 1);
  return (FIELD_CODES as readonly string[]).includes(code) ? code : sentence;
}

/** What the number or list that a check was declared with is to its sentence. */
export function factOf(sentence: Sentence, declared: unknown): Readonly<Record<string, unknown>> {
  const code = codeOf(sentence);
  if (code === 'too_short' || code === 'too_small') return { minimum: declared };
  if (code === 'too_long' || code === 'too_large') return { maximum: declared };
  return code === 'not_one_of' ? { values: declared } : {};
}
