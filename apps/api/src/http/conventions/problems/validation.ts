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
    const fault = faultOf(value, metadata.data ?? '');
    if (fault) throw invalid(fault);
    return super.transform(value, metadata);
  }
}

/**
 * What no class can find: a text that cannot be kept (with a NUL, which PostgreSQL does not take, or with half a
 * surrogate pair, which is no Unicode), and a member with a name that every object has, so that the class seems to
 * declare it.
 */
function faultOf(value: unknown, path: string): FieldError | undefined {
  if (typeof value === 'string') {
    return value.includes('\0') || !value.isWellFormed() ? { path, code: 'unreadable_text' } : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, child] of Object.entries(value)) {
    const at = join(path, name, Array.isArray(value));
    if (name in Object.prototype) return { path: at, code: 'whitelist_validation' };
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
