import { type Instant, PLATFORM, type Uuid } from '@yoyaku/kernel';
import type { EventMetadata } from './stored-event';

type Fields = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
/** The previous build knows causes under other names, so events that it appends in reaction to ours may lack them. */
const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
/** Read models keep it as a key. */
const isTenant = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{1,64}$/.test(value);
const isMoment = (value: unknown): value is Instant =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
const isActor = (value: unknown): value is EventMetadata['actor'] =>
  isObject(value) && isText(value.role) && (value.id === null || isText(value.id));

/** The parts of an envelope, with a check for each. */
const PARTS: readonly (readonly [name: string, isSound: (value: unknown, metadata: Fields) => boolean])[] = [
  ['tenantId', isTenant],
  ['actor', isActor],
  ['$correlationId', (value, { correlationId }) => isTextOrAbsent(value ?? correlationId)],
  ['$causationId', (value, { causationId }) => isTextOrAbsent(value ?? causationId)],
  ['commandId', isText],
  ['occurredAt', isMoment],
  ['schemaVersion', (value) => Number.isInteger(value) && (value as number) > 0],
  ['prevHash', (value) => value === null || isHash(value)],
  ['hash', isHash],
];

/** Fields that other applications write too. One or two of them do not prove that an event is ours. */
const COMMON_MARKS = ['tenantId', 'commandId', 'schemaVersion'];

const NO_COMMAND = '00000000-0000-0000-0000-000000000000' as Uuid;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** The first part of an envelope that is missing or invalid; undefined: all parts are valid. */
export const brokenPart = (metadata: unknown): string | undefined =>
  isObject(metadata) ? PARTS.find(([name, isSound]) => !isSound(metadata[name], metadata))?.[0] : 'all of it';

/**
 * Whether metadata claims to be an envelope of ours, even if it is broken: it has the fields of the hash chain and one
 * more of ours, or all our fields except for the chain.
 */
export function claimsToBeOurs(metadata: unknown): boolean {
  if (!isObject(metadata)) return false;
  const has = (name: string) => metadata[name] !== undefined;
  if (has('prevHash')) return has('hash') || COMMON_MARKS.some(has);
  return isHash(metadata.hash) ? COMMON_MARKS.some(has) : COMMON_MARKS.every(has);
}

/**
 * The metadata of a broken envelope, completed with placeholders, so that readers find every field. If the tenant is
 * unknown it counts as the platform's, because there one broken stream does not stop other streams.
 */
export function completed(metadata: unknown, storedAt: Instant): EventMetadata {
  const found: Fields = isObject(metadata) ? metadata : {};
  return {
    tenantId: isTenant(found.tenantId) ? found.tenantId : PLATFORM,
    actor: isActor(found.actor) ? found.actor : { id: null, role: '' },
    $correlationId: '',
    $causationId: '',
    commandId: isText(found.commandId) ? (found.commandId as Uuid) : NO_COMMAND,
    occurredAt: isMoment(found.occurredAt) ? found.occurredAt : storedAt,
    schemaVersion: 1,
    prevHash: isHash(found.prevHash) ? found.prevHash : null,
    hash: isHash(found.hash) ? found.hash : '',
  };
}

/** What the event belongs to and what led to it; events of earlier builds have these under names of their own. */
export const causesOf = (metadata: EventMetadata): { correlationId: string; causationId: string } => ({
  correlationId: metadata.$correlationId ?? metadata.correlationId ?? '',
  causationId: metadata.$causationId ?? metadata.causationId ?? '',
});
