import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BlockQueries, type BlockRow } from '@projections/booking';
import { Calendar } from '@yoyaku/booking';
import { CatalogFacts, Resource } from '@yoyaku/catalog';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { DomainError, instant, type Uuid } from '@yoyaku/kernel';
import { Access, type Answer, Ctx, created, done, IdParam, ofAggregate, Reads } from '../conventions';
import { BlockBody, BlockPage, BlocksQuery, BlockView } from './blocks.body';

const READ = { permission: 'blocks:read', tenant: ofAggregate(Resource, 'id') };
const WRITE = { permission: 'blocks:write', tenant: ofAggregate(Resource, 'id') };

@ApiTags('Availability')
@Controller('resources/:id/blocks')
export class BlocksController {
  constructor(
    private readonly commands: Commands,
    private readonly catalog: CatalogFacts,
    private readonly queries: BlockQueries,
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

  @Get()
  @Access(READ)
  @Reads('blocks')
  @ApiOperation({ summary: 'When a resource’s time is blocked' })
  @ApiOkResponse({ type: BlockPage })
  async list(@IdParam('id') resourceId: Uuid, @Query() request: BlocksQuery): Promise<BlockPage> {
    const { items, nextCursor } = await this.queries.list(resourceId, request);
    return { items: items.map(viewOf), nextCursor };
  }

  @Get(':blockId')
  @Access(READ)
  @Reads('blocks')
  @ApiOperation({ summary: 'A block' })
  @ApiOkResponse({ type: BlockView })
  async byId(@IdParam('id') resourceId: Uuid, @IdParam('blockId') blockId: Uuid): Promise<BlockView> {
    const block = await this.queries.find(resourceId, blockId);
    if (!block) throw new DomainError('block.not_found');
    return viewOf(block);
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

const viewOf = ({ id, resourceId, startsAt: start, endsAt: end, reason }: BlockRow): BlockView => ({
  id,
  resourceId,
  start,
  end,
  reason,
});
