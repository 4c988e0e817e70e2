import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BusinessQueries } from '@projections/business';
import type { Scope } from '@yoyaku/access';
import { Business, type BusinessCommand } from '@yoyaku/business';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Answer, Command, Ctx, IdParam, InScope, inPath, partOf, Query, result } from '../conventions';
import { SubscriptionBody } from './business.dto';
import { found, SubscriptionView, subscriptionIn, subscriptionView } from './business.views';

@ApiTags('Subscriptions')
@Controller()
export class SubscriptionsController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: BusinessQueries,
  ) {}

  @Query('owner/businesses/:id/subscription', {
    access: { permission: 'business:read', of: inPath('id') },
    summary: 'A business’s subscription: its state and until when it lasts',
    answers: SubscriptionView,
    reads: ['businesses'],
  })
  async getSubscription(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<Answer<SubscriptionView>> {
    const business = found(await this.queries.find(scope, id));
    return partOf(business, subscriptionIn(business));
  }

  @Command('DELETE', 'owner/businesses/:id/subscription', {
    access: { permission: 'business:write', of: inPath('id'), forPeople: true },
    summary: 'Cancel a subscription: it lasts until its end, and ends now where it has none',
    answers: SubscriptionView,
    refuses: ['business.closed'],
  })
  cancelSubscription(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<SubscriptionView>> {
    return this.execute(id, { type: 'CancelSubscription', data: {} }, context);
  }

  @Command('PUT', 'admin/businesses/:id/subscription', {
    access: 'admin',
    summary: 'Say how the subscription of a business stands',
    answers: SubscriptionView,
    refuses: [
      'business.closed',
      'business.not_found',
      'business.subscription_ends_in_past',
      'business.subscription_without_end',
    ],
  })
  setSubscription(
    @IdParam('id') id: Uuid,
    @Body() { state, endsAt = null }: SubscriptionBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<SubscriptionView>> {
    return this.execute(id, { type: 'SetSubscription', data: { state, endsAt } }, context);
  }

  private async execute(
    id: Uuid,
    command: BusinessCommand,
    context: CommandContext,
  ): Promise<Answer<SubscriptionView>> {
    const outcome = await this.commands.execute(Business, id, command, context);
    return result(outcome, subscriptionView(outcome.known.subscription));
  }
}
