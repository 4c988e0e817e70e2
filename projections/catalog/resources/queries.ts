import { Injectable } from '@nestjs/common';
import { inAnyScope, type Ownership, type Scope } from '@yoyaku/access';
import type { LocalDate, Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels, type Selection } from '@yoyaku/projecting';
import { In, IsNull, LessThanOrEqual, MoreThanOrEqual, Not } from 'typeorm';
import {
  formerMembers,
  invitedMembers,
  type ResourceExceptionRow,
  type ResourceRow,
  resourceBusinesses,
  resourceExceptions,
  resourcePlaces,
  resourceSearch,
  resources,
  type StoredException,
} from './table';

export interface ResourceFilter {
  readonly kind?: string;
  readonly locationId?: Uuid;
  /** Part of the name or description, in whatever spelling. */
  readonly q?: string;
}

export interface ExceptionFilter {
  readonly resourceId?: Uuid;
  /** First and last date, both included. */
  readonly from?: LocalDate;
  readonly to?: LocalDate;
}

/** That there are resources is told to everybody, so limits do not concern them; when they work, they do. */
const RESOURCES: Ownership<keyof ResourceRow> = {
  business: 'businessId',
  listed: (row) => row.isIn(resourceBusinesses, { id: 'businessId' }),
};

/** For whom a resource stands. */
const PERSON = { businessId: 'businessId', userId: 'userId' } as const;

const HOURS = { business: 'businessId', at: 'locationId' } as const;

/** Of a resource that is at one of the locations, or at none in particular. */
const EXCEPTIONS: Ownership<keyof StoredException> = {
  business: 'businessId',
  at: (row, locationIds) => `exists (select from read.${resources.name} r where r.id = ${row.column('resourceId')}
    and (r.location_id is null or r.location_id = any(${row.value(locationIds)}::uuid[])))`,
};

@Injectable()
export class ResourceQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<ResourceRow | undefined> {
    return this.shown([scope]).where({ id }).first();
  }

  /** Those of these ids that any of the scopes shows. */
  among(scopes: readonly Scope[], ids: readonly Uuid[]): Promise<ResourceRow[]> {
    return this.shown(scopes)
      .where({ id: In(ids) })
      .ordered('createdAt');
  }

  /** Without those whose person has left the business. */
  list(scope: Scope, { q, ...filter }: ResourceFilter, request: PageRequest): Promise<Page<ResourceRow>> {
    return this.shown([scope])
      .where(filter)
      .found(q, resourceSearch)
      .and((row) => `not ${row.isIn(formerMembers, PERSON)}`)
      .page(['createdAt', 'kind'], request);
  }

  /** The ids of the resources that stand for a user, in that business or in any. */
  async ofUser(userId: Uuid, businessId?: Uuid): Promise<Uuid[]> {
    const found = await this.readModels.unscoped(resources).where({ userId, businessId }).only('id').all();
    return found.map(({ id }) => id);
  }

  /** The ids of the resources of a business that stand for somebody. */
  async ofPeople(businessId: Uuid): Promise<Uuid[]> {
    const standing = { businessId, userId: Not(IsNull()) };
    const found = await this.readModels.unscoped(resources).where(standing).only('id').all();
    return found.map(({ id }) => id);
  }

  /** The resources whose working hours are the asker's matter. */
  working(scope: Scope, request: PageRequest): Promise<Page<ResourceRow>> {
    return this.readModels.select(resources, scope, HOURS).page(['createdAt', 'kind'], request);
  }

  findException(scope: Scope, id: Uuid): Promise<ResourceExceptionRow | undefined> {
    return this.exceptionsIn(scope).where({ id }).first();
  }

  exceptions(
    scope: Scope,
    { resourceId, from, to }: ExceptionFilter,
    request: PageRequest,
  ): Promise<Page<ResourceExceptionRow>> {
    return this.exceptionsIn(scope)
      .where({ resourceId, date: from && MoreThanOrEqual(from) })
      .where({ date: to && LessThanOrEqual(to) })
      .and((row) => row.isIn(resources, { id: 'resourceId' }))
      .page(['date'], request);
  }

  /** Those whose person has not agreed to work for the business, its own people see alone. */
  private shown(scopes: readonly Scope[]): Selection<ResourceRow, ResourceRow> {
    const theirs = scopes.filter(({ as }) => as !== 'public');
    return this.readModels
      .select(resources, scopes, RESOURCES)
      .and((row) => `not ${row.isIn(invitedMembers, PERSON)} or ${inAnyScope(theirs, RESOURCES, row)}`);
  }

  /** With the revision of their resource, in whose stream they are. */
  private exceptionsIn(scope: Scope): Selection<StoredException, ResourceExceptionRow> {
    return this.readModels
      .select(resourceExceptions, scope, EXCEPTIONS)
      .withRevisionOf(resourcePlaces, { id: 'resourceId' });
  }
}
