import { hash } from 'node:crypto';
import {
  type Aggregate,
  deriveUuid,
  type EventCatalog,
  type EventDefinition,
  ensure,
  type Message,
  type Uuid,
} from '@yoyaku/kernel';
import { currentTraceparent } from '@yoyaku/tracing';
import { causesOf } from './envelope';
import { chain, isIntact } from './hash-chain';
import type { Actor, Origin } from './origin';
import { actorOf, type SubjectKeys, seal, subjectOf, unseal, unsealActor } from './pii';
import type { Personal, RecordedEvent } from './recorded-event';
import {
  categoryOf,
  type EventMetadata,
  type NewEvent,
  type Sealed,
  type SealedCopy,
  type StoredEvent,
} from './stored-event';

/** Any aggregate, whatever its state; what the codec needs is its category and catalog. */
// biome-ignore lint/suspicious/noExplicitAny: an aggregate is invariant in its types, and none of them matter here
export type AnyAggregate = Aggregate<any, any, any>;

/** The kind of subject that an actor is. */
const ACTOR = 'user';

type Address = Pick<Actor, 'ip' | 'userAgent'>;
type Data = Readonly<Record<string, unknown>>;
type Pii = NonNullable<EventDefinition['pii']> & { readonly subject: string; readonly fields: readonly string[] };
type SealedData = Data & { readonly $pii?: Sealed };

/** The last event of a stream before an append. */
export interface ChainLink {
  readonly revision: number;
  readonly hash: string | null;
}

/**
 * A newer build has written the event: this build does not know its type, or that version of it. The event is valid,
 * and processes of the newer build can read it.
 */
export class NotReadableHere extends Error {
  override readonly name = 'NotReadableHere';
  constructor({ type, stream }: Pick<StoredEvent, 'type' | 'stream'>, version: number) {
    super(`This build does not know version ${version} of ${type}, which is in ${stream}`);
  }
}

/** The event claims to be ours but is not valid. The message says why. */
export class BrokenEvent extends Error {
  override readonly name = 'BrokenEvent';
}

/**
 * Turns decided events into stored ones and back: ids, envelope, hash chain, personal data sealed and opened,
 * old shapes brought up to date.
 */
export class EventCodec {
  private readonly catalogs: ReadonlyMap<string, EventCatalog>;
  /** Equal for all processes that can read the same events. */
  readonly reads: string;

  constructor(
    aggregates: readonly AnyAggregate[],
    private readonly keys: SubjectKeys,
  ) {
    this.catalogs = new Map(aggregates.map(({ category, events }) => [category, events as EventCatalog]));
    const known = [...this.catalogs].flatMap(([category, catalog]) =>
      Object.entries(catalog).map(([type, { version }]) => `${category} ${type} ${version}`),
    );
    this.reads = hash('sha1', known.sort().join(), 'hex');
  }

  /** The categories of all streams whose events it knows. */
  get categories(): ReadonlySet<string> {
    return new Set(this.catalogs.keys());
  }

  /** All kinds of data subjects: the things about which events hold personal data. */
  subjectKinds(): readonly string[] {
    const definitions = [...this.catalogs.values()].flatMap((events) => Object.values(events));
    return [...new Set([ACTOR, ...definitions.flatMap(({ pii }) => pii?.of ?? [])])];
  }

  /**
   * Seals events so that they can be appended after that link. Throws `person.erased` if an event holds personal data
   * of somebody whose key was destroyed.
   */
  async sealAll(
    stream: string,
    events: readonly Message[],
    origin: Origin,
    tenantId: string,
    link: ChainLink,
  ): Promise<NewEvent[]> {
    const { actor } = origin;
    const definitions = events.map((event) => this.definition(stream, event.type));
    const subjects = events.flatMap((event, i) => subjectsOf(event.data as Data, definitions[i]?.pii as Pii));
    const keys = await this.keys.ensure(actor.id ? [subjectOf(ACTOR, actor.id), ...subjects] : subjects);
    const traceparent = currentTraceparent();
    let prevHash = link.hash;
    return events.map((event, i) => {
      const definition = definitions[i] as EventDefinition;
      const id = deriveUuid(origin.commandId, stream, i);
      const sealed = chain(stream, {
        id,
        type: event.type,
        data: sealData(event.data as Data, definition.pii as Pii, keys, id),
        metadata: {
          tenantId,
          actor: sealActor(actor, keys, id),
          $correlationId: origin.correlationId,
          $causationId: origin.causationId,
          commandId: origin.commandId,
          occurredAt: origin.at,
          schemaVersion: definition.version,
          traceparent,
          prevHash,
        },
      });
      prevHash = sealed.metadata.hash;
      return sealed;
    });
  }

  /**
   * The events opened, in the same order. Throws {@link NotReadableHere}, {@link BrokenEvent}, and when a seal does not
   * fit its event.
   */
  async openAll(stored: readonly StoredEvent[]): Promise<RecordedEvent[]> {
    const subjects = new Set<string>();
    for (const event of stored) {
      const part = sealedPart(event);
      if (part) subjects.add(part.subject);
    }
    const keys = subjects.size > 0 ? await this.keys.find([...subjects]) : NO_KEYS;
    return stored.map((event) => this.open(event, keys));
  }

  /** What copies of sealed parts of data hold, in the same order: nothing, where the person was erased. */
  unseal<Part extends object>(copies: readonly (SealedCopy | null)[]): Promise<Partial<Part>[]> {
    return this.opened(copies, unseal);
  }

  /** What of an event's data may be shown: null stands in place of what is secret. */
  shown(category: string, type: string, data: object): Data {
    const secret: readonly string[] = this.catalogs.get(category)?.[type]?.secret ?? [];
    return { ...data, ...Object.fromEntries(secret.map((field) => [field, null])) };
  }

  /** What copies of sealed addresses hold, in the same order: nulls, where it is not known or the actor was erased. */
  async addresses(copies: readonly (SealedCopy | null)[]): Promise<Address[]> {
    const opened = await this.opened<Address>(copies, unsealActor);
    return opened.map((address) => ({ ip: null, userAgent: null, ...address }));
  }

  /** Where the events were done from; see {@link addresses}. */
  addressesOf(events: readonly Pick<RecordedEvent, 'id' | 'sealed'>[]): Promise<Address[]> {
    return this.addresses(events.map(({ id, sealed }) => sealed.actor && { ...sealed.actor, eventId: id }));
  }

  private async opened<Part extends object>(
    copies: readonly (SealedCopy | null)[],
    open: typeof unseal,
  ): Promise<Partial<Part>[]> {
    const subjects = new Set(copies.flatMap((copy) => (copy ? [copy.subject] : [])));
    const keys = subjects.size > 0 ? await this.keys.find([...subjects]) : NO_KEYS;
    return copies.map((copy) => {
      const key = copy && keys.get(copy.subject);
      return (key ? open(copy, key, copy.eventId) : {}) as Partial<Part>;
    });
  }

  private open(event: StoredEvent, keys: ReadonlyMap<string, Buffer>): RecordedEvent {
    const { id, stream, revision, position, type, metadata } = event;
    const { tenantId, commandId, occurredAt: at, traceparent } = metadata;
    const { correlationId, causationId } = causesOf(metadata);
    const definition = this.readable(event);
    const data = upcast(openData(event.data, definition.pii as Pii, keys, id), metadata.schemaVersion, definition);
    const actor = { id: metadata.actor.id, role: metadata.actor.role };
    const sealed = personalOf(event, definition);
    return {
      id,
      stream,
      revision,
      position,
      type,
      data,
      at,
      tenantId,
      actor,
      sealed,
      correlationId,
      causationId,
      commandId,
      traceparent,
    };
  }

  private readable(event: StoredEvent): EventDefinition {
    const { stream, type, flaw, metadata } = event;
    if (flaw !== undefined) throw new BrokenEvent(flaw);
    const definition = this.catalogs.get(categoryOf(stream))?.[type];
    if (definition && definition.version >= metadata.schemaVersion) return definition;
    // No newer build has written this event, so nobody must wait for one that can read it.
    if (!isIntact(event, metadata.prevHash)) throw new BrokenEvent('its hash is not its own');
    throw new NotReadableHere({ stream, type }, metadata.schemaVersion);
  }

  private definition(stream: string, type: string): EventDefinition {
    const definition = this.catalogs.get(categoryOf(stream))?.[type];
    if (!definition) throw new Error(`No catalog knows the event ${type} of ${stream}`);
    return definition;
  }
}

function subjectsOf(data: Data, pii: Pii | undefined): string[] {
  if (!pii) return [];
  const id = data[pii.subject];
  return typeof id === 'string' ? [subjectOf(pii.of, id)] : [];
}

function sealData(data: Data, pii: Pii | undefined, keys: ReadonlyMap<string, Buffer>, id: Uuid): Data {
  const [subject] = subjectsOf(data, pii);
  if (!pii || !subject) return data;
  const clear: Record<string, unknown> = { ...data };
  const personal: Record<string, unknown> = {};
  for (const field of pii.fields) {
    if (data[field] != null) personal[field] = data[field];
    delete clear[field];
  }
  if (Object.keys(personal).length === 0) return clear;
  const key = keys.get(subject);
  ensure(key, 'person.erased');
  return { ...clear, $pii: seal(personal, subject, key, id) };
}

const NO_KEYS: ReadonlyMap<string, Buffer> = new Map();
const NONE: readonly string[] = [];

/** The sealed part of the event's data. */
const sealedPart = ({ data }: Pick<NewEvent, 'data'>): Sealed | null => (data as SealedData).$pii ?? null;

const personalOf = (event: StoredEvent, { pii }: EventDefinition): Personal => ({
  fields: pii?.fields ?? NONE,
  data: sealedPart(event),
  actor: event.metadata.actor.$pii ?? null,
});

function openData(data: SealedData, pii: Pii | undefined, keys: ReadonlyMap<string, Buffer>, id: Uuid): Data {
  if (!pii) return data;
  const { $pii, ...clear } = data;
  const erased = Object.fromEntries(pii.fields.map((field) => [field, null]));
  const key = $pii && keys.get($pii.subject);
  return { ...erased, ...clear, ...(key && unseal($pii, key, id)) };
}

function sealActor(actor: Actor, keys: ReadonlyMap<string, Buffer>, id: Uuid): EventMetadata['actor'] {
  const { id: actorId, role, ip, userAgent } = actor;
  const subject = actorId && subjectOf(ACTOR, actorId);
  const key = subject && keys.get(subject);
  if (!subject || !key || (ip === null && userAgent === null)) return { id: actorId, role };
  return { id: actorId, role, $pii: seal({ ip, userAgent }, subject, key, actorOf(id)) };
}

function upcast(data: Data, from: number, { version, upcasts }: EventDefinition): Data {
  let current = data;
  for (let shape = from; shape < version; shape++) {
    const step = upcasts?.[shape];
    if (!step) throw new Error(`No upcast from version ${shape}`);
    current = step(current);
  }
  return current;
}
