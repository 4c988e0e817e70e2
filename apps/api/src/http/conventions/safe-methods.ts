/** Safe methods (RFC 9110, 9.2.1). `HEAD` is `GET` without the body. */
export const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);
