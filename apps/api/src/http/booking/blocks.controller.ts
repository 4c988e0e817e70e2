import { Body, Controller, Delete, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Calendar } from '@yoyaku/booking';
import { CatalogFacts, Resource } from '@yoyaku/catalog';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { DomainError, instant, type Uuid } from '@yoyaku/kernel';
import { Access, type Answer, Ctx, created, done, IdParam, ofAggregate } from '../conventions';
import { BlockBody, BlockView } from './blocks.body';

const WRITE = { permission: 'blocks:write', tenant: ofAggregate(Resource, 'id') };

@ApiTags('Availability')
@Controller('resources/:id/blocks')
export class BlocksController {
  constructor(
    private readonly commands: Commands,
    private readonly catalog: CatalogFacts,
  ) {}

  @Post()
  @Access(WRITE)
  @ApiOperation({ summary: 'Block a resource’s time; what is booked stays' })
  @ApiCreatedResponse({ type: BlockView })
  async block(
    @IdParam('id') resourceId: Uuid,
    @Body() { reason, ...times }: BlockBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BlockView>> {
    const resource = await this.catalog.resource(resourceId);
    if (resource.status !== 'active') throw new DomainError('resource.not_found');
    const blockId = idFor(context, 'block');
    const block = { resourceId, start: instant(times.start), end: instant(times.end), reason: reason ?? null };
    const outcome = await this.commands.execute(
      Calendar,
      resourceId,
      { type: 'BlockTime', data: { ...block, blockId, businessId: resource.businessId } },
      context,
    );
    return created(outcome, { id: blockId, ...block }, `/resources/${resourceId}/blocks/${blockId}`);
  }

  @Delete(':blockId')
  @HttpCode(204)
  @Access(WRITE)
  @ApiOperation({ summary: 'Lift a block' })
  @ApiNoContentResponse()
  async unblock(
    @IdParam('id') resourceId: Uuid,
    @IdParam('blockId') blockId: Uuid,
    @Ctx() context: CommandContext,
  ): Promise<Answer> {
    return done(await this.commands.execute(Calendar, resourceId, { type: 'UnblockTime', data: { blockId } }, context));
  }
}
