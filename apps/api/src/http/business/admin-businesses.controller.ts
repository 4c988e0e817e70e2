import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BusinessQueries } from '@projections/business';
import type { Scope } from '@yoyaku/access';
import { Business, type BusinessCommand } from '@yoyaku/business';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Answer, Command, Ctx, IdParam, InScope, inPath, Query, QueryString, result } from '../conventions';
import { AllBusinessesQuery, ReviewReasonBody } from './business.dto';
import { found, OwnBusinessPage, OwnBusinessView, ownRowView, ownView } from './business.views';

/** A step in the review of a business. */
const REVIEW = {
  access: 'admin',
  answers: OwnBusinessView,
  refuses: ['business.invalid_transition', 'business.not_found'],
} as const;

@ApiTags('Approval of businesses')
@Controller('admin/businesses')
export class AdminBusinessesController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: BusinessQueries,
  ) {}

  @Query('', { access: 'admin', summary: 'All businesses', answers: OwnBusinessPage, reads: ['businesses'] })
  async listAllBusinesses(
    @QueryString() { limit, cursor, sort, ...filter }: AllBusinessesQuery,
    @InScope() scope: Scope,
  ): Promise<OwnBusinessPage> {
    const page = await this.queries.list(scope, filter, { limit, cursor, sort });
    return { ...page, items: page.items.map(ownRowView) };
  }

  @Query(':id', {
    access: 'admin',
    summary: 'Any business',
    answers: OwnBusinessView,
    reads: ['businesses'],
    about: inPath('id'),
    refuses: ['business.not_found'],
  })
  async getAnyBusiness(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<OwnBusinessView> {
    return ownRowView(found(await this.queries.find(scope, id)));
  }

  @Command('POST', ':id/approve', { ...REVIEW, summary: 'Let a business take bookings' })
  approveBusiness(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<OwnBusinessView>> {
    return this.execute(id, { type: 'ApproveBusiness', data: {} }, context);
  }

  @Command('POST', ':id/reject', { ...REVIEW, summary: 'Turn a business down' })
  rejectBusiness(
    @IdParam('id') id: Uuid,
    @Body() { reason }: ReviewReasonBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<OwnBusinessView>> {
    return this.execute(id, { type: 'RejectBusiness', data: { reason } }, context);
  }

  @Command('POST', ':id/suspend', { ...REVIEW, summary: 'Stop a business from taking bookings' })
  suspendBusiness(
    @IdParam('id') id: Uuid,
    @Body() { reason }: ReviewReasonBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<OwnBusinessView>> {
    return this.execute(id, { type: 'SuspendBusiness', data: { reason } }, context);
  }

  @Command('POST', ':id/reinstate', { ...REVIEW, summary: 'End a suspension' })
  reinstateBusiness(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<OwnBusinessView>> {
    return this.execute(id, { type: 'ReinstateBusiness', data: {} }, context);
  }

  private async execute(id: Uuid, command: BusinessCommand, context: CommandContext): Promise<Answer<OwnBusinessView>> {
    const outcome = await this.commands.execute(Business, id, command, context);
    return result(outcome, ownView(outcome));
  }
}
