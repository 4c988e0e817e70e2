import { STATUS_CODES } from 'node:http';

/** One thing wrong with one field. `path` is as in the request: `hours[0].opens`. */
export interface FieldError {
  readonly path: string;
  /** Of a rule, or one of a field; the latter perhaps with what it says more precisely behind a dot. */
  readonly code: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** A refusal by the HTTP edge, not by the domain: a status, a stable code, and facts. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly options: {
      readonly facts?: Readonly<Record<string, unknown>>;
      readonly errors?: readonly FieldError[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(code);
  }

  /** What the status is called. */
  get title(): string {
    return STATUS_CODES[this.status] ?? 'Error';
  }
}

/** 400 `request.invalid` with the error of each field. */
export const invalid = (...errors: FieldError[]): Problem => new Problem(400, 'request.invalid', { errors });

/** Throws 400 with each error whose condition holds. */
export function ensureFields(checks: readonly (readonly [isWrong: boolean, error: FieldError])[]): void {
  const errors = checks.flatMap(([isWrong, error]) => (isWrong ? [error] : []));
  if (errors.length > 0) throw invalid(...errors);
}
