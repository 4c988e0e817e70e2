import type { StoredEvent } from '@yoyaku/eventing';

/** A stretch of a resource's time that its calendar sets aside; moments in epoch ms. */
export interface Hold {
  readonly resourceId: string;
  /** Of a block, its own id. */
  readonly bookingId: string;
  readonly holdId: string;
  /** Null: a block, which shares its time with nobody. */
  readonly serviceId: string | null;
  /** Whether strangers may join the session. */
  readonly shared: boolean;
  readonly start: number;
  readonly end: number;
  /** Buffers, ms. */
  readonly before: number;
  readonly after: number;
  readonly partySize: number;
}

const MINUTE = 60_000;

export interface SlotData {
  readonly resourceId: string;
  readonly bookingId: string;
  readonly holdId: string;
  readonly serviceId: string;
  readonly start: string;
  readonly end: string;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  readonly partySize: number;
  /** Absent in events of an earlier build, where everybody might join. */
  readonly shared?: boolean;
  readonly capacity: number;
}

export const holdOf = (slot: SlotData): Hold => ({
  resourceId: slot.resourceId,
  bookingId: slot.bookingId,
  holdId: slot.holdId,
  serviceId: slot.serviceId,
  shared: slot.shared ?? true,
  start: Date.parse(slot.start),
  end: Date.parse(slot.end),
  before: slot.bufferBeforeMinutes * MINUTE,
  after: slot.bufferAfterMinutes * MINUTE,
  partySize: slot.partySize,
});

export const blockOf = ({ blockId, resourceId, start, end }: StoredEvent['data']): Hold => ({
  resourceId: String(resourceId),
  bookingId: String(blockId),
  holdId: String(blockId),
  serviceId: null,
  shared: false,
  start: Date.parse(String(start)),
  end: Date.parse(String(end)),
  before: 0,
  after: 0,
  partySize: 0,
});

export const isBlock = ({ serviceId }: Hold): boolean => serviceId === null;

/** Whether both cannot be held: as the domain has it, told again, and more simply, without its code. */
export function excludes(a: Hold, b: Hold): boolean {
  if (a.bookingId === b.bookingId || sameSession(a, b) || (isBlock(a) && isBlock(b))) return false;
  const [first, second] = a.start <= b.start ? [a, b] : [b, a];
  return second.start < first.end + Math.max(first.after, second.before);
}

export const sameSession = (
  a: Pick<Hold, 'serviceId' | 'shared' | 'start' | 'end'>,
  b: Pick<Hold, 'serviceId' | 'shared' | 'start' | 'end'>,
): boolean =>
  a.shared && b.shared && a.serviceId !== null && a.serviceId === b.serviceId && a.start === b.start && a.end === b.end;
