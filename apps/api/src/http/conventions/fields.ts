import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { calendarDate, instant, isTimeZone, isUuid } from '@yoyaku/kernel';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationOptions,
} from 'class-validator';
import { idIn } from './ids';
import { isPlainLines, isPlainText } from './plain-text';

/** Options of every field decorator: whether the field may be absent or `null`, and its description. */
export interface FieldOptions {
  readonly optional?: boolean;
  readonly nullable?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

/** The field may be absent. `null` is refused, unlike with class-validator's `IsOptional`. */
export const Optional = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

type Schema = Pick<ApiPropertyOptions, never> & Record<string, unknown>;

/** One declaration for both the check and the OpenAPI schema of a field. */
function field(options: FieldOptions, schema: Schema, ...checks: PropertyDecorator[]): PropertyDecorator {
  const { optional = false, nullable = false, description, example } = options;
  return applyDecorators(
    ApiProperty({
      required: !optional,
      ...(nullable && { nullable }),
      ...(description !== undefined && { description }),
      ...(example !== undefined && { example }),
      ...schema,
    } as ApiPropertyOptions),
    ...(optional || nullable
      ? [ValidateIf((_, value) => (value === undefined ? !optional : value !== null || !nullable))]
      : []),
    ...checks,
  );
}

const trimmed = Transform(({ value }) => (typeof value === 'string' ? value.trim() : value));

const withLineFeeds = Transform(({ value }) => (typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value));

/** Fastify's query strings are objects without a prototype; parsed JSON has one. */
const isQuery = (source: object): boolean => !(source instanceof Object);

const numeric = Transform(({ value, obj }) => (isQuery(obj) && /^-?\d+$/.test(value) ? Number(value) : value));

const check = (name: string, test: (value: string) => boolean, options?: ValidationOptions): PropertyDecorator =>
  ValidateBy({ name, validator: { validate: (value) => typeof value === 'string' && test(value) } }, options);

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

/** An id; it is read into its canonical form, a `Uuid`. */
export const Id = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    options,
    { type: String, format: 'uuid' },
    Transform(({ value }) => idIn(value) ?? value),
    check('isUuid', isUuid),
  );

/** A list of different ids. */
export const Ids = ({ min = 0, max, ...options }: FieldOptions & { min?: number; max: number }): PropertyDecorator =>
  field(
    options,
    { type: String, isArray: true, format: 'uuid', minItems: min, maxItems: max, uniqueItems: true },
    Transform(({ value }) => (Array.isArray(value) ? value.map((each) => idIn(each) ?? each) : value)),
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    ArrayUnique(),
    check('isUuid', isUuid, { each: true }),
  );

/**
 * Text without white space around it, of 1 to `max` characters unless `min` says otherwise; of one line unless it is
 * `multiline`.
 */
export const Text = ({
  min = 1,
  max,
  pattern,
  multiline = false,
  ...options
}: FieldOptions & { min?: number; max: number; pattern?: RegExp; multiline?: boolean }): PropertyDecorator =>
  field(
    options,
    { type: String, minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) },
    trimmed,
    ...(multiline ? [withLineFeeds] : []),
    IsString(),
    MinLength(min),
    MaxLength(max),
    multiline ? check('isPlainLines', isPlainLines) : check('isPlainText', isPlainText),
    ...(pattern ? [Matches(pattern)] : []),
  );

/** What somebody looks for in a list: {@link description} says in what. */
export const Sought = (where: string): PropertyDecorator =>
  Text({
    optional: true,
    max: 100,
    description: `${where}, in whatever spelling: case, width, accents and kana do not matter`,
  });

/** A list of different texts of 1 to `length` characters each. */
export const Texts = ({ max, length, ...options }: FieldOptions & { max: number; length: number }): PropertyDecorator =>
  field(
    options,
    { type: String, isArray: true, maxItems: max, uniqueItems: true },
    IsArray(),
    ArrayMaxSize(max),
    ArrayUnique(),
    IsString({ each: true }),
    MinLength(1, { each: true }),
    MaxLength(length, { each: true }),
    check('isPlainText', isPlainText, { each: true }),
  );

/** A whole number; query parameters are read from their text. */
export const Whole = ({
  min,
  max,
  default: otherwise,
  ...options
}: FieldOptions & { min: number; max: number; default?: number }): PropertyDecorator =>
  field(
    options,
    { type: 'integer', minimum: min, maximum: max, ...(otherwise !== undefined && { default: otherwise }) },
    numeric,
    IsInt(),
    Min(min),
    Max(max),
  );

/** A number that need not be whole. */
export const Fraction = ({ min, max, ...options }: FieldOptions & { min: number; max: number }): PropertyDecorator =>
  field(options, { type: Number, minimum: min, maximum: max }, IsNumber(), Min(min), Max(max));

/** True or false; query parameters as `true` or `false`. */
export const Flag = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    options,
    { type: Boolean },
    Transform(({ value, obj }) => (isQuery(obj) ? ({ true: true, false: false }[value as string] ?? value) : value)),
    IsBoolean(),
  );

/** One of the listed values. */
export const OneOf = <T extends string | number>(
  values: readonly T[],
  { default: otherwise, ...options }: FieldOptions & { default?: T } = {},
): PropertyDecorator =>
  field(options, { enum: [...values], ...(otherwise !== undefined && { default: otherwise }) }, IsIn([...values]));

/** A list of different ones of the listed values. */
export const SomeOf = <T extends string>(values: readonly T[], options: FieldOptions = {}): PropertyDecorator =>
  field(
    options,
    { enum: [...values], isArray: true, uniqueItems: true },
    IsArray(),
    ArrayUnique(),
    IsIn([...values], { each: true }),
  );

/** An instant within the kernel's range: ISO 8601 with `Z` or an offset. */
export const Timestamp = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { example: '2027-04-01T09:00:00Z', ...options },
    { type: String, format: 'date-time' },
    // Text that is no instant is kept, so that the check refuses it.
    Transform(({ value }) => (typeof value === 'string' && parses(() => instant(value)) ? instant(value) : value)),
    check('isInstant', (value) => parses(() => instant(value))),
  );

/** A calendar date within the kernel's range, `2027-04-01`. */
export const DateOnly = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { example: '2027-04-01', ...options },
    { type: String, format: 'date' },
    check('isDate', (value) => parses(() => calendarDate(value))),
  );

/** A wall time, `09:30`; with `endOfDay` also `24:00`. */
export const TimeOfDay = ({ endOfDay = false, ...options }: FieldOptions & { endOfDay?: boolean } = {}) => {
  const pattern = endOfDay ? /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/ : /^([01]\d|2[0-3]):[0-5]\d$/;
  return field(
    { example: '09:30', ...options },
    { type: String, pattern: pattern.source },
    check('isTime', (value) => pattern.test(value)),
  );
};

/** An IANA time zone. */
export const TimeZone = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { example: 'Asia/Tokyo', ...options },
    { type: String },
    check('isTimeZone', (value) => value.length <= 64 && isTimeZone(value)),
  );

const CURRENCIES = Intl.supportedValuesOf('currency');

/** An ISO 4217 currency code. */
export const Currency = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { example: 'JPY', ...options },
    { type: String, pattern: '^[A-Z]{3}$' },
    check('isCurrency', (value) => CURRENCIES.includes(value)),
  );

/** A language tag (BCP 47). */
export const Locale = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { example: 'ja', ...options },
    { type: String, maxLength: 35 },
    check('isLocale', (value) => value.length <= 35 && parses(() => Intl.getCanonicalLocales(value))),
  );

/** An e-mail address of at most 254 characters. */
export const Email = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { example: 'hanako@example.com', ...options },
    { type: String, format: 'email', maxLength: 254 },
    trimmed,
    IsString(),
    MaxLength(254),
    check('isPlainText', isPlainText),
    IsEmail(),
  );

/** An object of that class. */
export const Nested = <T extends object>(type: () => new () => T, options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: () => type() }, IsObject(), ValidateNested(), Type(type));

/** A list of objects of that class. */
export const NestedList = <T extends object>(
  type: () => new () => T,
  { min = 0, max, ...options }: FieldOptions & { min?: number; max: number },
): PropertyDecorator =>
  field(
    options,
    { type: () => type(), isArray: true, minItems: min, maxItems: max },
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(type),
  );

/** An amount in minor units of a currency. */
export class MoneyBody {
  @Whole({ min: 0, max: 1_000_000_000_000, example: 8_000, description: 'In minor units; JPY and KRW have none' })
  amount: number;

  @Currency()
  currency: string;
}

/** A price or fee: `{ "amount": 8000, "currency": "JPY" }`. */
export const MoneyField = (options: FieldOptions = {}): PropertyDecorator => Nested(() => MoneyBody, options);
