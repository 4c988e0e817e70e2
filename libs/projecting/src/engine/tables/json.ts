/** PostgreSQL's text holds neither NUL nor lone surrogates; an event may. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes('\\u') && /\\u(0000|d[89a-f])/i.test(json) ? JSON.stringify(value, cleaned) : json;
}

const cleaned = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value;
