import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PolicyQueries } from '@projections/catalog';
import { type KnownPolicy, Policies, Policy } from '@yoyaku/catalog';
import { type CommandContext, idFor } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import {
  Access,
  type Answer,
  Ctx,
  created,
  done,
  IdParam,
  inBody,
  inQuery,
  ofAggregate,
  Reads,
  result,
} from '../conventions';
import { ChangePolicyBody, CreatePolicyBody, PoliciesQuery, PolicyPage, PolicyView } from './policy.body';

const ofPolicy = ofAggregate(Policy, 'id');

@ApiTags('Catalogue')
@Controller('policies')
export class PoliciesController {
  constructor(
    private readonly policies: Policies,
    private readonly queries: PolicyQueries,
  ) {}

  @Post()
  @Access({ permission: 'policies:write', tenant: inBody('businessId') })
  @ApiOperation({ summary: 'Make a cancellation policy' })
  @ApiCreatedResponse({ type: PolicyView })
  async create(
    @Body() { isDefault = false, ...body }: CreatePolicyBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer> {
    const policyId = idFor(context, 'policy');
    const policy = { lateFee: null, noShowFee: null, ...body, policyId };
    const outcome = await this.policies.create(policy, isDefault, context);
    return created(outcome, await this.viewOf(outcome.state), `/policies/${policyId}`);
  }

  @Get()
  @Access({ permission: 'policies:read', tenant: inQuery('businessId') })
  @Reads('policies')
  @ApiOperation({ summary: 'The cancellation policies of a business' })
  @ApiOkResponse({ type: PolicyPage })
  list(@Query() { businessId, limit, cursor, sort }: PoliciesQuery) {
    return this.queries.list(businessId, { limit, cursor, sort });
  }

  @Get(':id')
  @Access({ permission: 'policies:read', tenant: ofPolicy })
  @Reads('policies')
  @ApiOperation({ summary: 'A cancellation policy' })
  @ApiOkResponse({ type: PolicyView })
  async byId(@IdParam('id') id: Uuid) {
    const policy = await this.queries.find(id);
    if (!policy) throw new DomainError('policy.not_found');
    return policy;
  }

  @Put(':id')
  @Access({ permission: 'policies:write', tenant: ofPolicy })
  @ApiOperation({ summary: 'Change what is given of a cancellation policy; bookings keep that of their day' })
  @ApiOkResponse({ type: PolicyView })
  async change(
    @IdParam('id') id: Uuid,
    @Body() { isDefault, ...change }: ChangePolicyBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer> {
    const outcome = await this.policies.change(id, change, isDefault, context);
    return result(outcome, await this.viewOf(outcome.state));
  }

  @Delete(':id')
  @HttpCode(204)
  @Access({ permission: 'policies:write', tenant: ofPolicy })
  @ApiOperation({ summary: 'Remove a cancellation policy' })
  @ApiNoContentResponse()
  async remove(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    return done(await this.policies.remove(id, context));
  }

  private async viewOf({ policyId: id, status: _, ...policy }: KnownPolicy) {
    return { id, ...policy, isDefault: (await this.policies.defaultOf(policy.businessId)) === id };
  }
}
