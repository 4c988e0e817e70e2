import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PolicyQueries } from '@projections/catalog';
import type { Scope } from '@yoyaku/access';
import { CatalogFacts, ChangePolicy, CreatePolicy, type KnownPolicy, Policy, RemovePolicy } from '@yoyaku/catalog';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import {
  type Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  InScope,
  inBody,
  inQuery,
  ofThing,
  Query,
  QueryString,
  result,
  type Shown,
} from '../conventions';
import { ChangePolicyBody, CreatePolicyBody, PoliciesQuery } from './policy.dto';
import { PolicyPage, PolicyView, policyView } from './policy.views';

const ofPolicy = ofThing(Policy, 'id');

@ApiTags('Cancellation policies')
@Controller('policies')
export class PoliciesController {
  constructor(
    private readonly commands: Commands,
    private readonly facts: CatalogFacts,
    private readonly queries: PolicyQueries,
  ) {}

  @Command('POST', '', {
    access: { permission: 'policies:write', of: inBody('businessId') },
    summary: 'Make a cancellation policy',
    creates: PolicyView,
    refuses: ['business.closed', 'money.currency_mismatch'],
  })
  async createPolicy(
    @Body() { isDefault = false, ...body }: CreatePolicyBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<PolicyView>> {
    const policyId = idFor(context, 'policy');
    const policy = { lateFee: null, noShowFee: null, ...body, policyId };
    const outcome = await this.commands.send(new CreatePolicy(policy, isDefault, context));
    return created(outcome, await this.viewOf(outcome), `/policies/${policyId}`);
  }

  @Query('', {
    access: { permission: 'policies:read', of: inQuery('businessId') },
    summary: 'The cancellation policies of a business',
    answers: PolicyPage,
    reads: ['policies'],
  })
  listPolicies(@QueryString() { limit, cursor, sort }: PoliciesQuery, @InScope() scope: Scope): Promise<PolicyPage> {
    return this.queries.list(scope, { limit, cursor, sort });
  }

  @Query(':id', {
    access: { permission: 'policies:read', of: ofPolicy },
    summary: 'A cancellation policy',
    answers: PolicyView,
    reads: ['policies'],
  })
  async getPolicy(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<PolicyView> {
    const policy = await this.queries.find(scope, id);
    if (!policy) throw new DomainError('policy.not_found');
    return policy;
  }

  @Command('PUT', ':id', {
    access: { permission: 'policies:write', of: ofPolicy },
    summary: 'Change what is given of a cancellation policy; bookings keep that of their day',
    answers: PolicyView,
    refuses: ['business.closed', 'money.currency_mismatch'],
  })
  async changePolicy(
    @IdParam('id') id: Uuid,
    @Body() { isDefault, ...change }: ChangePolicyBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<PolicyView>> {
    const outcome = await this.commands.send(new ChangePolicy(id, change, isDefault, context));
    return result(outcome, await this.viewOf(outcome));
  }

  @Command('DELETE', ':id', {
    access: { permission: 'policies:write', of: ofPolicy },
    summary: 'Remove a cancellation policy',
  })
  async removePolicy(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    return done(await this.commands.send(new RemovePolicy(id, context)));
  }

  private async viewOf(outcome: Shown<KnownPolicy>): Promise<PolicyView> {
    const { policyId, businessId } = outcome.known;
    return policyView(outcome, (await this.facts.defaultPolicyOf(businessId)) === policyId);
  }
}
