import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type AuditEntry, AuditQueries } from '@projections/audit';
import { DomainError, isUuid, type Uuid } from '@yoyaku/kernel';
import { Differences } from '@yoyaku/platform';
import type { Page } from '@yoyaku/projecting';
import { Access, IdParam, invalid, type Principal, Reads, Refuses, Rights, User } from '../conventions';
import { AuditEntryView, AuditPage, AuditQuery, EntityAuditQuery } from './audit.body';

/** In lists, what a change with more events before it than this made different is not told: each costs a read. */
const LONGEST = 500;

/** Admins and auditors see everything; owners and managers what happened in their business. */
@ApiTags('Audit')
@Controller('audit')
export class AuditController {
  constructor(
    private readonly queries: AuditQueries,
    private readonly differences: Differences,
    private readonly rights: Rights,
  ) {}

  @Get()
  @Access('user')
  @Reads('audit-log')
  @Refuses(403, 404)
  @ApiOperation({ summary: 'Who did what, when, from where' })
  @ApiOkResponse({ type: AuditPage })
  async list(
    @Query() { limit, cursor, sort, businessId, ...filter }: AuditQuery,
    @User() user: Principal,
  ): Promise<AuditPage> {
    if (!seesAll(user)) {
      if (businessId === undefined) throw invalid({ path: 'businessId', code: 'is_uuid' });
      await this.rights.ensureMay(user, 'audit:read', businessId);
    }
    return this.pageOf(await this.queries.list({ ...filter, tenantId: businessId }, { limit, cursor, sort }));
  }

  @Get(':id')
  @Access('user')
  @Reads('audit-log')
  @ApiOperation({ summary: 'One change' })
  @ApiOkResponse({ type: AuditEntryView })
  async get(@IdParam('id') id: Uuid, @User() user: Principal): Promise<AuditEntryView> {
    const entry = await this.queries.find(id);
    await this.ensureMaySee(user, entry?.tenantId);
    const [difference = null] = await this.differences.of([entry as AuditEntry]);
    return { ...(entry as AuditEntry), difference };
  }

  @Get('entity/:entity/:entityId')
  @Access('user')
  @Reads('audit-log')
  @ApiOperation({ summary: 'All changes of one thing' })
  @ApiOkResponse({ type: AuditPage })
  async entity(
    @Param('entity') entity: string,
    @Param('entityId') entityId: string,
    @Query() request: EntityAuditQuery,
    @User() user: Principal,
  ): Promise<AuditPage> {
    const tenantId = await this.queries.tenantOf(entity, entityId);
    await this.ensureMaySee(user, tenantId);
    return this.pageOf(await this.queries.list({ entity, entityId, tenantId }, request));
  }

  private async pageOf({ items, nextCursor }: Page<AuditEntry>): Promise<AuditPage> {
    const differences = await this.differences.of(items, { longest: LONGEST });
    return { items: items.map((item, i) => ({ ...item, difference: differences[i] ?? null })), nextCursor };
  }

  /** Throws `audit.not_found` where nothing is, or nothing that the user may see. */
  private async ensureMaySee(user: Principal, tenantId: string | undefined): Promise<void> {
    const isSeen = tenantId !== undefined && (seesAll(user) || (await this.maySee(user, tenantId)));
    if (!isSeen) throw new DomainError('audit.not_found');
  }

  private async maySee(user: Principal, tenantId: string): Promise<boolean> {
    return isUuid(tenantId) && this.rights.may(user, 'audit:read', tenantId);
  }
}

const seesAll = ({ role }: Principal): boolean => role === 'admin' || role === 'auditor';
