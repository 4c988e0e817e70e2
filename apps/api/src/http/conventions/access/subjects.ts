import { Injectable } from '@nestjs/common';
import type { Load } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { idFrom, idIn } from '../ids';
import { invalid } from '../problems/problem';
import { isReadable } from '../problems/validation';
import type { IdSource, Source } from './access';
import { type Thing, Things } from './things';

/** What a request is about. */
export interface Subject extends Thing {
  /** Not a thing of the business, but the business itself. */
  readonly isBusiness: boolean;
}

/** Kinds whose ids are no UUIDs. */
const TEXT_IDS: ReadonlySet<string> = new Set(['entity', 'slug']);

/** Finds out what a request is about, by where its rule says that it is named. */
@Injectable()
export class Subjects {
  constructor(private readonly things: Things) {}

  /** Undefined where there is no such thing. Throws 400 where the request does not name it. */
  async of(
    source: Source,
    request: FastifyRequest,
    options: { readonly userId: Uuid | null; readonly load: Load },
  ): Promise<Subject | undefined> {
    if (!('kind' in source)) return { businessId: idFrom(namedBy(source, request), source.name), isBusiness: true };
    const { kind } = source;
    const named = namedBy(source.id, request);
    const id = TEXT_IDS.has(kind) ? textIn(named, source.id.name) : idFrom(named, source.id.name);
    const category = source.category && String(namedBy(source.category, request));
    const thing = await this.things.find(kind, { ...options, id, category });
    return thing && { ...thing, isBusiness: false };
  }
}

/** The id as the thing's stream has it. Throws 400 for what nothing is called. */
function textIn(value: unknown, path: string): string {
  const id = idIn(value) ?? String(value);
  if (!isReadable(id)) throw invalid({ path, code: 'bad_format.unreadable' });
  return id;
}

/** What the request says there; undefined where it says nothing. */
export const namedBy = ({ part, name }: IdSource, request: FastifyRequest): unknown =>
  (request[part] as Readonly<Record<string, unknown>> | null | undefined)?.[name];
