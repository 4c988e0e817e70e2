/**
 * A rule of the domain forbids what was asked. The code is stable, `<context>.<reason>`. The facts are the values that
 * a message in any language needs; `facts.path`, if given, names the field of the request that is at fault.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(code);
  }
}

/** Throws `DomainError(code, facts)` unless the condition holds. */
export function ensure(condition: unknown, code: string, facts?: Record<string, unknown>): asserts condition {
  if (!condition) throw new DomainError(code, facts);
}
