import { Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AuditEntry, type AuditFilter, AuditQueries, seesPeople } from '@projections/audit';
import type { Scope } from '@yoyaku/access';
import { ApiKeyFacts, BusinessFacts } from '@yoyaku/business';
import { DomainError, epochMs, type Instant, isUuid, type Uuid } from '@yoyaku/kernel';
import { Differences } from '@yoyaku/platform';
import type { PageRequest } from '@yoyaku/projecting';
import {
  IdParam,
  InScope,
  inQuery,
  KEY_ROLE,
  ofEntity,
  ofThing,
  Query,
  QueryString,
  type Source,
} from '../conventions';
import { AuditQuery, EntityAuditQuery } from './audit.dto';
import { AuditEntryView, AuditPage } from './audit.views';
import { EntityIdParam, entityIdFrom } from './entity-id-param';
import { SealedHistory } from './sealed-history';

/** Lists show no differences for a change with more events before it than this, because each must be read. */
const LONGEST = 500;

const read = (of: Source) => ({ permission: 'audit:read', of, or: 'auditor' }) as const;

/**
 * Admins and auditors see everything except personal data. Owners and managers see what happened in their business; of
 * its own people and machines they also see the address.
 */
@ApiTags('Audit')
@Controller('audit')
export class AuditController {
  constructor(
    private readonly queries: AuditQueries,
    private readonly differences: Differences,
    private readonly sealed: SealedHistory,
    private readonly businesses: BusinessFacts,
    private readonly keys: ApiKeyFacts,
  ) {}

  @Query('', {
    access: read(inQuery('businessId')),
    summary: 'Who did what, when, from where',
    answers: AuditPage,
    reads: ['audit-log'],
  })
  async listAuditEntries(
    @QueryString() { limit, cursor, sort, businessId: _, entityId, ...filter }: AuditQuery,
    @InScope() scope: Scope,
  ): Promise<AuditPage> {
    const what = { ...filter, entityId: entityId && entityIdFrom(entityId) };
    return this.pageOf(scope, what, { limit, cursor, sort });
  }

  @Query(':id', {
    access: read(ofThing('audit', 'id')),
    summary: 'One change',
    answers: AuditEntryView,
    reads: ['audit-log'],
  })
  async getAuditEntry(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<AuditEntryView> {
    const entry = await this.queries.find(scope, id);
    if (!entry) throw new DomainError('audit.not_found');
    const [view] = await this.viewsOf(scope, [entry]);
    return view as AuditEntryView;
  }

  @Query('entity/:entity/:entityId', {
    access: read(ofEntity('audit')),
    summary: 'All changes of one thing',
    answers: AuditPage,
    reads: ['audit-log'],
  })
  async listEntityAuditEntries(
    @Param('entity') entity: string,
    @EntityIdParam() entityId: string,
    @QueryString() request: EntityAuditQuery,
    @InScope() scope: Scope,
  ): Promise<AuditPage> {
    const page = await this.pageOf(scope, { entity, entityId }, request);
    if (page.items.length === 0 && !request.cursor) throw new DomainError('audit.not_found');
    return page;
  }

  private async pageOf(scope: Scope, filter: AuditFilter, request: PageRequest): Promise<AuditPage> {
    const { items, nextCursor } = await this.queries.list(scope, filter, request);
    return { items: await this.viewsOf(scope, items, { longest: LONGEST }), nextCursor };
  }

  private async viewsOf(
    scope: Scope,
    entries: readonly AuditEntry[],
    options: { readonly longest?: number } = {},
  ): Promise<AuditEntryView[]> {
    const differences = seesPeople(scope) ? this.differences : this.sealed.differences;
    const [changed, since, names] = await Promise.all([
      differences.of(entries, options),
      this.membersSince(entries),
      this.keys.names(entries.flatMap(({ actorId, actorRole }) => (actorRole === KEY_ROLE && actorId ? actorId : []))),
    ]);
    return entries.map((entry, i) => {
      const start = isByUser(entry) ? since.get(membershipOf(entry)) : undefined;
      const actorName = names.get(entry.actorId ?? '') ?? null;
      const isTheirs = actorName !== null || (start !== undefined && epochMs(entry.at) >= epochMs(start));
      const address = isTheirs ? {} : { ip: null, userAgent: null };
      return { ...entry, ...address, actorName, difference: changed[i] ?? null };
    });
  }

  /**
   * For each actor, since when they work for the business. It may not see the addresses of customers and platform
   * admins, nor those that its people had before: otherwise it could appoint a customer to see them.
   */
  private async membersSince(entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, Instant>> {
    const members = new Map(entries.filter(isByUser).map((entry) => [membershipOf(entry), entry]));
    const known = await Promise.all(
      [...members].map(async ([membership, { tenantId, actorId }]) => {
        const since = actorId && (await this.businesses.memberSince(tenantId as Uuid, actorId as Uuid));
        return since ? ([[membership, since]] as const) : [];
      }),
    );
    return new Map(known.flat());
  }
}

const isByUser = ({ actorRole, tenantId }: AuditEntry): boolean => actorRole === 'user' && isUuid(tenantId);

const membershipOf = ({ tenantId, actorId }: AuditEntry): string => `${tenantId} ${actorId}`;
