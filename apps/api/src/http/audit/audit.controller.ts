import { Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AuditEntry, type AuditFilter, AuditQueries } from '@projections/audit';
import { BusinessFacts } from '@yoyaku/business';
import { DomainError, epochMs, type Instant, isUuid, type Uuid } from '@yoyaku/kernel';
import { Differences } from '@yoyaku/platform';
import type { PageRequest } from '@yoyaku/projecting';
import { IdParam, invalid, type Principal, Query, QueryString, Rights, User } from '../conventions';
import { AuditEntryView, AuditPage, AuditQuery, EntityAuditQuery } from './audit.dto';
import { EntityIdParam, entityIdFrom } from './entity-id-param';
import { SealedHistory } from './sealed-history';
import { Sight, seesAll } from './sight';

/** Lists show no differences for a change with more events before it than this, because each must be read. */
const LONGEST = 500;

/**
 * Admins and auditors see everything except personal data. Owners and managers see what happened in their business; of
 * its own people they also see the address.
 */
@ApiTags('Audit')
@Controller('audit')
export class AuditController {
  constructor(
    private readonly queries: AuditQueries,
    private readonly differences: Differences,
    private readonly sealed: SealedHistory,
    private readonly rights: Rights,
    private readonly sight: Sight,
    private readonly businesses: BusinessFacts,
  ) {}

  @Query('', {
    access: 'user',
    summary: 'Who did what, when, from where',
    answers: AuditPage,
    refuses: [403, 404],
    reads: ['audit-log'],
  })
  async listAuditEntries(
    @QueryString() { limit, cursor, sort, businessId, entityId, ...filter }: AuditQuery,
    @User() user: Principal,
  ): Promise<AuditPage> {
    if (!seesAll(user)) {
      if (businessId === undefined) throw invalid({ path: 'businessId', code: 'required' });
      await this.rights.ensureMay(user, 'audit:read', businessId);
    }
    const what = { ...filter, entityId: entityId && entityIdFrom(entityId), tenantId: businessId };
    return this.pageFor(user, what, { limit, cursor, sort });
  }

  @Query(':id', { access: 'user', summary: 'One change', answers: AuditEntryView, reads: ['audit-log'] })
  async getAuditEntry(@IdParam('id') id: Uuid, @User() user: Principal): Promise<AuditEntryView> {
    const sealed = await this.queries.find(id);
    await this.ensureMaySee(user, sealed?.tenantId);
    const entry = seesAll(user) ? sealed : await this.queries.find(id, { personal: true });
    const [view] = await this.viewsOf(user, [entry as AuditEntry]);
    return view as AuditEntryView;
  }

  @Query('entity/:entity/:entityId', {
    access: 'user',
    summary: 'All changes of one thing',
    answers: AuditPage,
    reads: ['audit-log'],
  })
  async listEntityAuditEntries(
    @Param('entity') entity: string,
    @EntityIdParam() entityId: string,
    @QueryString() request: EntityAuditQuery,
    @User() user: Principal,
  ): Promise<AuditPage> {
    const tenantId = await this.queries.tenantOf(entity, entityId);
    await this.ensureMaySee(user, tenantId);
    return this.pageFor(user, { entity, entityId, tenantId }, request);
  }

  private async pageFor(user: Principal, filter: AuditFilter, request: PageRequest): Promise<AuditPage> {
    const { items, nextCursor } = await this.queries.list(filter, request, { personal: !seesAll(user) });
    return { items: await this.viewsOf(user, items, { longest: LONGEST }), nextCursor };
  }

  private async viewsOf(
    user: Principal,
    entries: readonly AuditEntry[],
    options: { readonly longest?: number } = {},
  ): Promise<AuditEntryView[]> {
    const differences = seesAll(user) ? this.sealed.differences : this.differences;
    const [changed, since] = await Promise.all([differences.of(entries, options), this.membersSince(entries)]);
    return entries.map((entry, i) => {
      const start = isByUser(entry) ? since.get(membershipOf(entry)) : undefined;
      const address = start && epochMs(entry.at) >= epochMs(start) ? {} : { ip: null, userAgent: null };
      return { ...entry, ...address, difference: changed[i] ?? null };
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

  /** Throws `audit.not_found` if there is no entry, or none that the user may see. */
  private async ensureMaySee(user: Principal, tenantId: string | undefined): Promise<void> {
    const isSeen = tenantId !== undefined && (await this.sight.maySee(user, tenantId));
    if (!isSeen) throw new DomainError('audit.not_found');
  }
}

const isByUser = ({ actorRole, tenantId }: AuditEntry): boolean => actorRole === 'user' && isUuid(tenantId);

const membershipOf = ({ tenantId, actorId }: AuditEntry): string => `${tenantId} ${actorId}`;
