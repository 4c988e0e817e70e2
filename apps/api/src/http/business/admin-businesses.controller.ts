import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BusinessQueries } from '@projections/business';
import { Business, type BusinessCommand, type KnownBusiness } from '@yoyaku/business';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { About, Access, type Answer, Ctx, IdParam, inPath, Reads, result } from '../conventions';
import { AllBusinessesQuery, OwnBusinessPage, OwnBusinessView, ReviewReasonBody } from './business.body';
import { ownView } from './business.views';

@ApiTags('Administration')
@Controller('admin/businesses')
export class AdminBusinessesController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: BusinessQueries,
  ) {}

  @Get()
  @Access('admin')
  @Reads('businesses')
  @ApiOperation({ summary: 'All businesses' })
  @ApiOkResponse({ type: OwnBusinessPage })
  list(@Query() { limit, cursor, sort, ...filter }: AllBusinessesQuery) {
    return this.queries.list(filter, { limit, cursor, sort });
  }

  @Get(':id')
  @Access('admin')
  @Reads('businesses')
  @About(inPath('id'))
  @ApiOperation({ summary: 'Any business' })
  @ApiOkResponse({ type: OwnBusinessView })
  async byId(@IdParam('id') id: Uuid) {
    const business = await this.queries.find(id);
    if (!business) throw new DomainError('business.not_found');
    return business;
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({ summary: 'Let a business take bookings' })
  @ApiOkResponse({ type: OwnBusinessView })
  approve(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<OwnBusinessView>> {
    return this.execute(id, { type: 'ApproveBusiness', data: {} }, context);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({ summary: 'Turn a business down' })
  @ApiOkResponse({ type: OwnBusinessView })
  reject(
    @IdParam('id') id: Uuid,
    @Body() { reason }: ReviewReasonBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<OwnBusinessView>> {
    return this.execute(id, { type: 'RejectBusiness', data: { reason } }, context);
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({ summary: 'Stop a business from taking bookings' })
  @ApiOkResponse({ type: OwnBusinessView })
  suspend(
    @IdParam('id') id: Uuid,
    @Body() { reason }: ReviewReasonBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<OwnBusinessView>> {
    return this.execute(id, { type: 'SuspendBusiness', data: { reason } }, context);
  }

  @Post(':id/reinstate')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({ summary: 'End a suspension' })
  @ApiOkResponse({ type: OwnBusinessView })
  reinstate(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<OwnBusinessView>> {
    return this.execute(id, { type: 'ReinstateBusiness', data: {} }, context);
  }

  private async execute(id: Uuid, command: BusinessCommand, context: CommandContext): Promise<Answer<OwnBusinessView>> {
    const outcome = await this.commands.execute(Business, id, command, context);
    return result(outcome, ownView(outcome.state as KnownBusiness));
  }
}
