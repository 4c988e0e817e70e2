/** What a client is shown of a booking, as far as events tell it. */
export interface Shown {
  readonly id: string;
  readonly status: string;
  readonly serviceId: string;
  /** In order of the ids. */
  readonly resourceIds: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly partySize: number;
}

/** The fields that an answer or a list shows and events tell; throws when the body is no booking. */
export function shownOf(body: unknown): Shown {
  const { id, status, serviceId, resourceIds, start, end, partySize } = body as Shown;
  if (typeof id !== 'string' || !Array.isArray(resourceIds)) throw new Error(`no booking: ${JSON.stringify(body)}`);
  return { id, status, serviceId, resourceIds: resourceIds.toSorted(), start, end, partySize };
}

/** In what the found bookings differ from the expected ones: those that are missing, others, or too many. */
export function differences(expected: ReadonlyMap<string, Shown>, found: ReadonlyMap<string, Shown>): string[] {
  const missing = [...expected.keys()].filter((id) => !found.has(id)).map((id) => `${id} is missing`);
  const unknown = [...found.keys()].filter((id) => !expected.has(id)).map((id) => `${id} is not expected`);
  const others = [...expected].flatMap(([id, booking]) => {
    const other = found.get(id);
    if (!other || isSame(other, booking)) return [];
    return `${id} is ${describe(other)} instead of ${describe(booking)}`;
  });
  return [...missing, ...unknown, ...others];
}

export const isSame = (a: Shown, b: Shown): boolean => a.id === b.id && describe(a) === describe(b);

export const describe = ({ status, serviceId, resourceIds, start, end, partySize }: Shown): string =>
  `${status} ${start}/${end} ${serviceId} for ${partySize} on ${resourceIds.join('+')}`;
