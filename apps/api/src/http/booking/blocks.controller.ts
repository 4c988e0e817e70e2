import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BlockQueries, type BlockRow } from '@projections/booking';
import type { Scope } from '@yoyaku/access';
import { bookingsWithin, Calendar } from '@yoyaku/booking';
import { CatalogFacts, Resource } from '@yoyaku/catalog';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { DomainError, instant, type Uuid } from '@yoyaku/kernel';
import {
  type Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  InScope,
  naming,
  ofThing,
  type PermissionRule,
  Query,
  QueryString,
  versionOf,
} from '../conventions';
import { BlockBody, BlocksQuery } from './blocks.dto';
import { BlockPage, BlockView, NewBlockView } from './blocks.views';

const READ: PermissionRule = { permission: 'blocks:read', of: ofThing(Resource, 'id') };
const WRITE: PermissionRule = { permission: 'blocks:write', of: ofThing(Resource, 'id') };

@ApiTags('Blocks')
@Controller('resources/:id/blocks')
export class BlocksController {
  constructor(
    private readonly commands: Commands,
    private readonly catalog: CatalogFacts,
    private readonly queries: BlockQueries,
  ) {}

  @Command('POST', '', {
    access: WRITE,
    summary: 'Block a resource’s time; what is booked stays, and is named',
    creates: NewBlockView,
    refuses: ['calendar.block_too_long', 'calendar.ends_before_start', 'calendar.in_the_past'],
    standing: true,
  })
  async addBlock(
    @IdParam('id') resourceId: Uuid,
    @Body() { reason, ...times }: BlockBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<NewBlockView>> {
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
    // Its event is the last one.
    const { updatedAt: createdAt } = versionOf(outcome);
    const view = { ...block, ...versionOf(outcome), id: blockId, createdAt, calendarId: null };
    const answer = created(outcome, view, `/resources/${resourceId}/blocks/${blockId}`);
    return naming(answer, bookingsWithin(outcome.state, block));
  }

  @Query('', { access: READ, summary: 'When a resource’s time is blocked', answers: BlockPage, reads: ['blocks'] })
  async listBlocks(
    @IdParam('id') resourceId: Uuid,
    @QueryString() request: BlocksQuery,
    @InScope() scope: Scope,
  ): Promise<BlockPage> {
    const { items, nextCursor } = await this.queries.list(scope, resourceId, request);
    return { items: items.map(viewOf), nextCursor };
  }

  @Query(':blockId', {
    access: READ,
    summary: 'A block',
    answers: BlockView,
    reads: ['blocks'],
    refuses: ['block.not_found'],
  })
  async getBlock(
    @IdParam('id') resourceId: Uuid,
    @IdParam('blockId') blockId: Uuid,
    @InScope() scope: Scope,
  ): Promise<BlockView> {
    const block = await this.queries.find(scope, resourceId, blockId);
    if (!block) throw new DomainError('block.not_found');
    return viewOf(block);
  }

  @Command('DELETE', ':blockId', {
    access: WRITE,
    summary: 'Lift a block',
    refuses: ['block.not_found', 'block.of_calendar'],
  })
  async liftBlock(
    @IdParam('id') resourceId: Uuid,
    @IdParam('blockId') blockId: Uuid,
    @Ctx() context: CommandContext,
  ): Promise<Answer> {
    return done(await this.commands.execute(Calendar, resourceId, { type: 'UnblockTime', data: { blockId } }, context));
  }
}

const viewOf = ({ businessId: _, startsAt: start, endsAt: end, ...block }: BlockRow): BlockView => ({
  ...block,
  start,
  end,
});
