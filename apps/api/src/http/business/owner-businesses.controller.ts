import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BusinessQueries } from '@projections/business';
import { Business, type BusinessCommand, Businesses, type KnownBusiness } from '@yoyaku/business';
import { type CommandContext, Commands, idFor, type Outcome } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import {
  Access,
  type Answer,
  Ctx,
  created,
  done,
  IdParam,
  inPath,
  type Principal,
  Reads,
  result,
  User,
} from '../conventions';
import {
  BusinessesQuery,
  ChangeBusinessBody,
  CreateBusinessBody,
  HolidaysBody,
  HoursBody,
  OwnBusinessPage,
  OwnBusinessView,
  SettingsBody,
  SettingsView,
} from './business.body';
import { ownView } from './business.views';

const WRITE = { permission: 'business:write', tenant: inPath('id') };

@ApiTags('Businesses')
@Controller('owner/businesses')
export class OwnerBusinessesController {
  constructor(
    private readonly businesses: Businesses,
    private readonly commands: Commands,
    private readonly queries: BusinessQueries,
  ) {}

  @Post()
  @Access('verified')
  @ApiOperation({ summary: 'Found a business; it is reviewed before it takes bookings' })
  @ApiCreatedResponse({ type: OwnBusinessView })
  async create(
    @Body() body: CreateBusinessBody,
    @User() { userId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<OwnBusinessView>> {
    const businessId = idFor(context, 'business');
    const profile = { locale: 'en', verticalId: null, description: null, ...body };
    const outcome = await this.businesses.create({ ...profile, businessId, ownerId: userId }, context);
    return created(outcome, ownView(outcome.state), `/owner/businesses/${businessId}`);
  }

  @Get()
  @Access('user')
  @Reads('businesses', 'staff')
  @ApiOperation({ summary: 'Businesses one owns or works for' })
  @ApiOkResponse({ type: OwnBusinessPage })
  list(@Query() { limit, cursor, sort, ...filter }: BusinessesQuery, @User() { userId }: Principal) {
    return this.queries.list({ ...filter, memberId: userId }, { limit, cursor, sort });
  }

  @Get(':id')
  @Access({ permission: 'business:read', tenant: inPath('id') })
  @Reads('businesses')
  @ApiOperation({ summary: 'A business one owns or works for' })
  @ApiOkResponse({ type: OwnBusinessView })
  async byId(@IdParam('id') id: Uuid) {
    const business = await this.queries.find(id);
    if (!business) throw new DomainError('business.not_found');
    return business;
  }

  @Put(':id')
  @Access(WRITE)
  @ApiOperation({ summary: 'Change what is given of a business' })
  @ApiOkResponse({ type: OwnBusinessView })
  async change(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeBusinessBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<OwnBusinessView>> {
    const outcome = await this.businesses.changeProfile(id, { ...change }, context);
    return result(outcome, ownView(outcome.state));
  }

  @Delete(':id')
  @HttpCode(204)
  @Access(WRITE)
  @ApiOperation({ summary: 'Close a business for good' })
  @ApiNoContentResponse()
  async close(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    return done(await this.execute(id, { type: 'CloseBusiness', data: {} }, context));
  }

  @Post(':id/resubmit')
  @HttpCode(200)
  @Access(WRITE)
  @ApiOperation({ summary: 'Ask for another review after a rejection' })
  @ApiOkResponse({ type: OwnBusinessView })
  async resubmit(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<OwnBusinessView>> {
    const outcome = await this.execute(id, { type: 'ResubmitBusiness', data: {} }, context);
    return result(outcome, ownView(outcome.state));
  }

  @Put(':id/hours')
  @Access(WRITE)
  @ApiOperation({ summary: 'Set when a business is open' })
  @ApiOkResponse({ type: HoursBody })
  async setHours(
    @IdParam('id') id: Uuid,
    @Body() { hours }: HoursBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<HoursBody>> {
    return result(await this.execute(id, { type: 'SetHours', data: { hours } }, context), { hours });
  }

  @Put(':id/settings')
  @Access(WRITE)
  @ApiOperation({ summary: 'Change what is given of how a business takes bookings' })
  @ApiOkResponse({ type: SettingsView })
  async changeSettings(@IdParam('id') id: Uuid, @Body() change: SettingsBody, @Ctx() context: CommandContext) {
    const outcome = await this.execute(id, { type: 'ChangeSettings', data: { ...change } }, context);
    return result(outcome, outcome.state.settings);
  }

  @Put(':id/holidays')
  @Access(WRITE)
  @ApiOperation({ summary: 'Set the days on which a business is closed' })
  @ApiOkResponse({ type: HolidaysBody })
  async setHolidays(
    @IdParam('id') id: Uuid,
    @Body() { holidays }: HolidaysBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<HolidaysBody>> {
    return result(await this.execute(id, { type: 'SetHolidays', data: { holidays } }, context), { holidays });
  }

  private async execute(id: Uuid, command: BusinessCommand, context: CommandContext): Promise<Outcome<KnownBusiness>> {
    return (await this.commands.execute(Business, id, command, context)) as Outcome<KnownBusiness>;
  }
}
