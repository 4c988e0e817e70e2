/** What a stream's metadata (the last event of `$$<stream>`) says about which of its events are still read. */
export interface StreamMetadata {
  /** The JSON object as it was written. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly maxCount: number | undefined;
  readonly maxAgeMs: number | undefined;
  /** Events below this revision are not read. */
  readonly truncateBefore: number;
}

export const NO_METADATA: StreamMetadata = { raw: {}, maxCount: undefined, maxAgeMs: undefined, truncateBefore: 0 };

/** Metadata streams themselves keep their last event only. */
export const METADATA_OF_METADATA: StreamMetadata = { ...NO_METADATA, maxCount: 1 };

const TRUNCATE_BEFORE = '$tb';
const SOFT_DELETED = '9223372036854775807';

/** The greatest int64, as near as a number gets to it. */
const GREATEST = Number(SOFT_DELETED);

export const metadataStreamOf = (stream: string): string => `$$${stream}`;

/** The stream that a metadata stream describes; undefined for any other stream. */
export const describedBy = (stream: string): string | undefined =>
  stream.startsWith('$$') ? stream.slice(2) : undefined;

/**
 * As EventStoreDB does: a number out of range counts as absent. If one of the three is no whole number, all of the
 * metadata counts as absent.
 */
export function parseMetadata(data: Buffer): StreamMetadata {
  let raw: unknown;
  try {
    raw = JSON.parse(data.toString());
  } catch {
    return NO_METADATA;
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return NO_METADATA;
  const { $maxCount: maxCount, $maxAge: maxAge, $tb: truncateBefore } = raw as Record<string, unknown>;
  if (!isWholeOrAbsent(maxCount) || !isWholeOrAbsent(maxAge) || !isWholeOrAbsent(truncateBefore)) return NO_METADATA;
  return {
    raw: raw as Record<string, unknown>,
    maxCount: maxCount && maxCount > 0 ? maxCount : undefined,
    maxAgeMs: maxAge && maxAge > 0 ? maxAge * 1000 : undefined,
    truncateBefore: Math.max(0, truncateBefore ?? 0),
  };
}

const isWholeOrAbsent = (value: unknown): value is number | null | undefined =>
  value === undefined || value === null || Number.isInteger(value);

export const isSoftDeleted = (metadata: StreamMetadata): boolean => metadata.truncateBefore >= GREATEST;

/** The metadata event that a soft delete writes. */
export const softDeletion = (): Buffer => Buffer.from(`{"${TRUNCATE_BEFORE}":${SOFT_DELETED}}`);

/** The metadata event that brings a soft-deleted stream back, from this revision on. */
export const undeletion = ({ raw }: StreamMetadata, firstRevision: number): Buffer =>
  Buffer.from(JSON.stringify({ ...raw, [TRUNCATE_BEFORE]: firstRevision }));

/** The first revision that is still read, but for `$maxAge`. */
export const firstReadable = ({ maxCount, truncateBefore }: StreamMetadata, lastRevision: number): number =>
  Math.max(truncateBefore, maxCount === undefined ? 0 : lastRevision - maxCount + 1);
