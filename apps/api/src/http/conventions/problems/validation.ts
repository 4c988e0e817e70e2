import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import { type FieldError, invalid } from './problem';

/** Checks bodies, queries and parameters against their classes; what they do not name is refused. */
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
    const path = unreadableText(value, metadata.data ?? '');
    if (path !== undefined) throw invalid({ path, code: 'unreadable_text' });
    return super.transform(value, metadata);
  }
}

/**
 * The path of a text that cannot be kept: with a NUL, which PostgreSQL does not take, or with half a surrogate pair,
 * which is no Unicode.
 */
function unreadableText(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, child] of Object.entries(value)) {
    const found = unreadableText(name, path) ?? unreadableText(child, join(path, name, Array.isArray(value)));
    if (found !== undefined) return found;
  }
  return undefined;
}

function fieldErrors(
  { property, constraints = {}, children = [], target }: ValidationError,
  parent: string,
): FieldError[] {
  const path = join(parent, property ?? '', Array.isArray(target));
  const own = Object.keys(constraints).map((constraint) => ({
    path,
    code: snakeCase(constraint),
    facts: factsOf(target, property, constraint),
  }));
  return [...own, ...children.flatMap((child) => fieldErrors(child, path))];
}

/** The numbers and names that a check was declared with, for its message: `{limit}`, `{values}`. */
function factsOf(target: object | undefined, property: string, constraint: string): FieldError['facts'] {
  if (!target || Array.isArray(target)) return {};
  const rules = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  const rule = rules.find(({ propertyName, name }) => propertyName === property && name === constraint);
  const [limit] = rule?.constraints ?? [];
  return Array.isArray(limit) ? { values: limit } : { limit };
}

const join = (parent: string, name: string, indexed: boolean): string => {
  if (indexed) return `${parent}[${name}]`;
  return parent && name ? `${parent}.${name}` : parent || name;
};

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
