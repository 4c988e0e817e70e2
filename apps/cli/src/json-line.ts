/** One JSON object a line; positions are text, since they may exceed what a JSON number can hold. */
export const lineOf = (event: object): string =>
  `${JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? String(value) : value))}\n`;
