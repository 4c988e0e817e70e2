import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BusinessQueries } from '@projections/business';
import type { Scope } from '@yoyaku/access';
import {
  Business,
  type BusinessCommand,
  type BusinessState,
  ChangeBusinessProfile,
  CreateBusiness,
  holidayList,
  type KnownBusiness,
  openingHours,
} from '@yoyaku/business';
import type { Config } from '@yoyaku/composition';
import { type CommandContext, Commands, idFor, type Versioned } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { InjectConfig } from '../../config';
import { AffectedBookings } from '../booking/affected-bookings';
import {
  type Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  InScope,
  inPath,
  naming,
  type PermissionRule,
  type Principal,
  Query,
  QueryString,
  result,
  User,
} from '../conventions';
import {
  BusinessesQuery,
  ChangeBusinessBody,
  CreateBusinessBody,
  HolidaysBody,
  HoursBody,
  SettingsBody,
} from './business.dto';
import {
  ChangedHolidaysView,
  ChangedOpeningView,
  found,
  OwnBusinessPage,
  OwnBusinessView,
  ownRowView,
  ownView,
  SettingsView,
} from './business.views';

const WRITE: PermissionRule = { permission: 'business:write', of: inPath('id') };

/** Whether there is a business at all: no machine says that. */
const STANDING: PermissionRule = { ...WRITE, forPeople: true };

@ApiTags('Businesses')
@Controller('owner/businesses')
export class OwnerBusinessesController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: BusinessQueries,
    private readonly affected: AffectedBookings,
    @InjectConfig() private readonly config: Config,
  ) {}

  @Command('POST', '', {
    access: 'verified',
    summary: 'Found a business; it is reviewed before it takes bookings',
    creates: OwnBusinessView,
    refuses: ['business.slug_reserved', 'business.slug_taken', 'business.unknown_vertical'],
  })
  async createBusiness(
    @Body() body: CreateBusinessBody,
    @User() { userId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<OwnBusinessView>> {
    const businessId = idFor(context, 'business');
    const profile = { locale: 'en', verticalId: null, description: null, ...body };
    const { trialDays } = this.config;
    const business = { ...profile, businessId, ownerId: userId, trialDays };
    const outcome = await this.commands.send(new CreateBusiness(business, context));
    return created(outcome, ownView(outcome), `/owner/businesses/${businessId}`);
  }

  @Query('', {
    access: 'user',
    summary: 'Businesses one owns or works for',
    answers: OwnBusinessPage,
    reads: ['businesses'],
  })
  async listOwnBusinesses(
    @QueryString() { limit, cursor, sort, ...filter }: BusinessesQuery,
    @InScope() scope: Scope,
  ): Promise<OwnBusinessPage> {
    const page = await this.queries.list(scope, filter, { limit, cursor, sort });
    return { ...page, items: page.items.map(ownRowView) };
  }

  @Query(':id', {
    access: { permission: 'business:read', of: inPath('id') },
    summary: 'A business one owns or works for',
    answers: OwnBusinessView,
    reads: ['businesses'],
  })
  async getOwnBusiness(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<OwnBusinessView> {
    return ownRowView(found(await this.queries.find(scope, id)));
  }

  @Command('PUT', ':id', {
    access: WRITE,
    summary: 'Change what is given of a business',
    answers: OwnBusinessView,
    refuses: ['business.closed', 'business.slug_reserved', 'business.slug_taken', 'business.unknown_vertical'],
  })
  async changeBusiness(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeBusinessBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<OwnBusinessView>> {
    const outcome = await this.commands.send(new ChangeBusinessProfile(id, { ...change }, context));
    return result(outcome, ownView(outcome));
  }

  @Command('DELETE', ':id', { access: STANDING, summary: 'Close a business for good' })
  async closeBusiness(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    return done(await this.execute(id, { type: 'CloseBusiness', data: {} }, context));
  }

  @Command('POST', ':id/resubmit', {
    access: STANDING,
    summary: 'Ask for another review after a rejection',
    answers: OwnBusinessView,
    refuses: ['business.invalid_transition'],
  })
  async resubmitBusiness(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<OwnBusinessView>> {
    const outcome = await this.execute(id, { type: 'ResubmitBusiness', data: {} }, context);
    return result(outcome, ownView(outcome));
  }

  @Command('PUT', ':id/hours', {
    access: WRITE,
    summary: 'Set when a business is open; what is booked stays, and is named',
    answers: ChangedOpeningView,
    refuses: ['business.closed', 'hours.overlap'],
  })
  async setBusinessHours(
    @IdParam('id') id: Uuid,
    @Body() { hours }: HoursBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<ChangedOpeningView>> {
    const outcome = await this.execute(id, { type: 'SetHours', data: { hours } }, context);
    const { timeZone, hours: week } = outcome.known;
    const answer = result(outcome, { timeZone, hours: openingHours(week) });
    return naming(answer, await this.byOpening(outcome, context));
  }

  @Command('PUT', ':id/settings', {
    access: WRITE,
    summary: 'Change what is given of how a business takes bookings',
    answers: SettingsView,
    refuses: ['business.closed', 'business.setting_out_of_bounds', 'money.currency_mismatch'],
  })
  async changeBusinessSettings(
    @IdParam('id') id: Uuid,
    @Body() change: SettingsBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<SettingsView>> {
    const outcome = await this.execute(id, { type: 'ChangeSettings', data: { ...change } }, context);
    return result(outcome, outcome.known.settings);
  }

  @Command('PUT', ':id/holidays', {
    access: WRITE,
    summary: 'Set the days on which a business is closed; what is booked stays, and is named',
    answers: ChangedHolidaysView,
    refuses: ['business.closed', 'business.holiday_repeated'],
  })
  async setBusinessHolidays(
    @IdParam('id') id: Uuid,
    @Body() { holidays }: HolidaysBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<ChangedHolidaysView>> {
    const outcome = await this.execute(id, { type: 'SetHolidays', data: { holidays } }, context);
    const answer = result(outcome, { holidays: holidayList(outcome.known.holidays) });
    return naming(answer, await this.byOpening(outcome, context));
  }

  private byOpening(
    { known, position }: Versioned<BusinessState, KnownBusiness>,
    context: CommandContext,
  ): Promise<Uuid[]> {
    return this.affected.byOpening(known, { businessId: known.businessId, position, context });
  }

  private execute(
    id: Uuid,
    command: BusinessCommand,
    context: CommandContext,
  ): Promise<Versioned<BusinessState, KnownBusiness>> {
    return this.commands.execute(Business, id, command, context);
  }
}
