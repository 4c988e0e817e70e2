import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BusinessQueries, VerticalQueries } from '@projections/business';
import type { Scope } from '@yoyaku/access';
import { Vertical } from '@yoyaku/business';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import { type Answer, Command, Ctx, created, done, IdParam, InScope, Query, QueryString, result } from '../conventions';
import { ChangeVerticalBody, VerticalBody, VerticalsQuery } from './vertical.dto';
import { VerticalPage, VerticalView, verticalView } from './vertical.views';

@ApiTags('Verticals')
@Controller()
export class VerticalsController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: VerticalQueries,
    private readonly businesses: BusinessQueries,
  ) {}

  @Query('verticals', {
    access: 'listed',
    summary: 'The categories that businesses can be of',
    answers: VerticalPage,
    reads: ['verticals'],
    cachedSeconds: 30,
  })
  listVerticals(
    @QueryString() { limit, cursor, sort }: VerticalsQuery,
    @InScope() scope: Scope,
  ): Promise<VerticalPage> {
    return this.queries.list(scope, { limit, cursor, sort });
  }

  @Query('verticals/:id', {
    access: 'listed',
    summary: 'A category of businesses',
    answers: VerticalView,
    reads: ['verticals'],
    cachedSeconds: 30,
    refuses: ['vertical.not_found'],
  })
  async getVertical(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<VerticalView> {
    const vertical = await this.queries.find(scope, id);
    if (!vertical) throw new DomainError('vertical.not_found');
    return vertical;
  }

  @Command('POST', 'admin/verticals', {
    access: 'admin',
    summary: 'Add a category of businesses',
    creates: VerticalView,
  })
  async createVertical(@Body() body: VerticalBody, @Ctx() context: CommandContext): Promise<Answer<VerticalView>> {
    const verticalId = idFor(context, 'vertical');
    const data = { description: null, ...body, verticalId };
    const outcome = await this.commands.execute(Vertical, verticalId, { type: 'CreateVertical', data }, context);
    return created(outcome, verticalView(outcome), `/verticals/${verticalId}`);
  }

  @Command('PUT', 'admin/verticals/:id', {
    access: 'admin',
    summary: 'Change what is given of a category of businesses',
    answers: VerticalView,
    refuses: ['vertical.not_found'],
  })
  async changeVertical(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeVerticalBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<VerticalView>> {
    const command = { type: 'ChangeVertical', data: { ...change } } as const;
    const outcome = await this.commands.execute(Vertical, id, command, context);
    return result(outcome, verticalView(outcome));
  }

  /** A business that names it meanwhile keeps it: it is of a category that is not offered any more. */
  @Command('DELETE', 'admin/verticals/:id', {
    access: 'admin',
    summary: 'Remove a category that no business is of',
    refuses: ['vertical.in_use', 'vertical.not_found'],
  })
  async removeVertical(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    ensure(!(await this.businesses.isNamed(id)), 'vertical.in_use');
    return done(await this.commands.execute(Vertical, id, { type: 'RemoveVertical', data: {} }, context));
  }
}
