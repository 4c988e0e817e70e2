import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import { factOf, sentenceOf } from './field-codes';
import { type FieldError, invalid } from './problem';

/** Checks bodies, queries and parameters against their classes. Fields that a class does not declare are refused. */
@Injectable()
export class RequestValidation extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      validationError: { target: true, value: false },
      exceptionFactory: (errors: ValidationError[]) => invalid(...errors.flatMap((error) => fieldErrors(error, ''))),
    });
  }

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const fault = faultOf(value, metadata.data ?? '');
    if (fault) throw invalid(fault);
    return super.transform(value, metadata);
  }

  /** Requests come as JSON, in which nothing is binary. The look for it takes as long as all other checks of a body. */
  protected override findNestedBinaryValues(): [] {
    return [];
  }
}

/** Whether a text can be kept: without a NUL, which PostgreSQL does not take, or half a surrogate pair, which is no Unicode. */
export const isReadable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/**
 * What no class can find: a text that cannot be kept, and a member with a name that every object has, so that the class seems to
 * declare it.
 */
function faultOf(value: unknown, path: string): FieldError | undefined {
  if (typeof value === 'string') return isReadable(value) ? undefined : { path, code: 'bad_format.unreadable' };
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, child] of Object.entries(value)) {
    const at = join(path, name, Array.isArray(value));
    if (name in Object.prototype) return { path: at, code: 'unknown_field' };
    const found = faultOf(name, path) ?? faultOf(child, at);
    if (found) return found;
  }
  return undefined;
}

function fieldErrors(
  { property, constraints = {}, children = [], target }: ValidationError,
  parent: string,
): FieldError[] {
  const path = join(parent, property ?? '', Array.isArray(target));
  const own = Object.keys(constraints).map((check): FieldError => {
    if (isMissing(target, property) && check !== 'whitelistValidation') return { path, code: 'required' };
    const sentence = sentenceOf(check);
    return { path, code: sentence, facts: factOf(sentence, declaredWith(target, property, check)) };
  });
  return [...own, ...children.flatMap((child) => fieldErrors(child, path))];
}

/** Checks that fail when a field is missing. */
const isMissing = (target: object | undefined, property: string): boolean =>
  target !== undefined && !Array.isArray(target) && (target as Record<string, unknown>)[property] === undefined;

/** The number or list that a check was declared with. */
function declaredWith(target: object | undefined, property: string, check: string): unknown {
  if (!target || Array.isArray(target)) return undefined;
  const rules = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return rules.find(({ propertyName, name }) => propertyName === property && name === check)?.constraints?.[0];
}

const join = (parent: string, name: string, indexed: boolean): string => {
  if (indexed) return `${parent}[${name}]`;
  return parent && name ? `${parent}.${name}` : parent || name;
};
