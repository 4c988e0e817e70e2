import { Injectable } from '@nestjs/common';
import type { Ownership, RowSql, Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { folded, idsFound, type Page, type PageRequest, ReadModels } from '@yoyaku/projecting';
import { In } from 'typeorm';
import { type Near, nearest } from './nearest';
import {
  directoryBusinesses,
  directoryMembers,
  directoryMemberTexts,
  directoryPlaces,
  directoryServices,
  directoryServiceTexts,
  directoryStaff,
  directoryStaffTexts,
  type PlaceRow,
} from './table';

export interface DirectoryFilter {
  /** What somebody typed. */
  readonly q?: string;
  readonly near?: Near | undefined;
  readonly category?: string;
  /** In minor units of `currency`; without one, of whichever currency a price is in. */
  readonly priceMax?: number;
  readonly currency?: string;
}

/** What was found; its nearest place, and how far that is, where it was looked for near a point. */
export interface Found extends Partial<Measured> {
  readonly id: Uuid;
  readonly businessId: Uuid;
}

interface Measured {
  readonly nearestId: Uuid;
  readonly distanceMeters: number;
}
const MEASURED = ['nearestId', 'distanceMeters'] as const;

interface FoundPerson extends Found {
  /** `null`: they are no member of the business. */
  readonly specializations: readonly string[] | null;
}

const LISTED: Ownership<'businessId'> = {
  listed: (row) => `exists (select from read.${directoryBusinesses.name} b
    where b.id = ${row.column('businessId')} and b.is_listed)`,
};

/** Places where a service is given, or a person works, of those of the business. */
const GIVEN_AT = `(t.location_ids = '{}' or p.id = any(t.location_ids))`;
const WORKS_AT = '(t.location_id is null or t.location_id = p.id)';

/** What everybody may find, of all businesses that are listed. */
@Injectable()
export class DirectoryQueries {
  constructor(private readonly readModels: ReadModels) {}

  /** Services that are given somewhere. */
  services(scope: Scope, { q, near, ...offer }: DirectoryFilter, request: PageRequest): Promise<Page<Found>> {
    const found = this.readModels
      .select(directoryServices, scope, LISTED)
      .where({ category: offer.category === undefined ? undefined : folded(offer.category), currency: offer.currency })
      .found(q, directoryServiceTexts)
      .and(
        (row) => `${row.column('locationIds')} = '{}' or exists (select from read.${directoryPlaces.name} p
        where p.business_id = ${row.column('businessId')} and p.id = any(${row.column('locationIds')}))`,
      );
    const { priceMax } = offer;
    if (priceMax !== undefined) found.and((row) => `${row.column('leastAmount')} <= ${row.value(priceMax)}`);
    if (!near) return found.page(['name', 'createdAt'], request);
    return found
      .joined<Measured>((value) => nearest(directoryServices, GIVEN_AT, near, value), MEASURED)
      .page(['distanceMeters', 'name', 'createdAt'], request);
  }

  /** People who work for their business now, at a place that is open; of whom services are asked, those who give them. */
  staff(scope: Scope, { q, near, ...offer }: DirectoryFilter, request: PageRequest): Promise<Page<FoundPerson>> {
    const found = this.readModels
      .select(directoryStaff, scope, LISTED)
      .with('specializations', directoryMembers, 'specializations', { businessId: 'businessId', userId: 'userId' })
      .and((row) => `${row.column('name')} <> ''`)
      .and(
        (row) => `${row.column('userId')} is null
        or ${row.isIn(directoryMembers, { businessId: 'businessId', userId: 'userId' })}
        or exists (select from read.${directoryBusinesses.name} b
          where b.id = ${row.column('businessId')} and b.owner_id = ${row.column('userId')})`,
      )
      .and(
        (row) => `${row.column('locationId')} is null
        or ${row.isIn(directoryPlaces, { businessId: 'businessId', id: 'locationId' })}`,
      );
    if (q !== undefined) found.and((row) => isFound(row, q));
    if (Object.values(offer).some((asked) => asked !== undefined)) found.and((row) => gives(row, offer));
    if (!near) return found.page(['name', 'createdAt'], request);
    return found
      .joined<Measured>((value) => nearest(directoryStaff, WORKS_AT, near, value), MEASURED)
      .page(['distanceMeters', 'name', 'createdAt'], request);
  }

  /** Open places, by their ids. */
  async places(found: readonly Found[]): Promise<ReadonlyMap<Uuid, PlaceRow>> {
    const ids = [...new Set(found.flatMap(({ nearestId }) => nearestId ?? []))];
    if (ids.length === 0) return new Map();
    const rows = await this.readModels
      .unscoped(directoryPlaces)
      .where({ id: In(ids) })
      .all();
    return new Map(rows.map((row) => [row.id, row]));
  }
}

type Row = RowSql<'id' | 'businessId' | 'userId'>;

/** By their name or description, by what they are good at, or by a service that they give. */
function isFound(row: Row, q: string): string {
  const found = (table: Parameters<typeof idsFound>[1]) => idsFound(q, table, row.value);
  return `${row.column('id')} in (${found(directoryStaffTexts)})
    or ${row.column('id')} in (select unnest(s.resource_ids) from read.${directoryServices.name} s
      where s.id in (${found(directoryServiceTexts)}))
    or exists (select from read.${directoryMembers.name} m
      where m.business_id = ${row.column('businessId')} and m.user_id = ${row.column('userId')}
        and m.id in (${found(directoryMemberTexts)}))`;
}

/** Whether somebody gives such a service, for what they ask themselves. */
function gives(row: Row, { category, priceMax, currency }: Omit<DirectoryFilter, 'q' | 'near'>): string {
  const conditions = [
    `s.business_id = ${row.column('businessId')}`,
    `s.resource_ids @> array[${row.column('id')}]`,
    ...(category === undefined ? [] : [`s.category = ${row.value(folded(category))}`]),
    ...(currency === undefined ? [] : [`s.currency = ${row.value(currency)}`]),
    ...(priceMax === undefined
      ? []
      : [`coalesce((s.own_amounts ->> ${row.column('id')}::text)::bigint, s.amount) <= ${row.value(priceMax)}`]),
  ];
  return `exists (select from read.${directoryServices.name} s where ${conditions.join(' and ')})`;
}
