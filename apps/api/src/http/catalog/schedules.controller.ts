import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ResourceQueries } from '@projections/catalog';
import { ExceptionPlace, exceptionOf, type KnownResource, Resource, Resources } from '@yoyaku/catalog';
import { type CommandContext, Commands, idFor, type Outcome } from '@yoyaku/eventing';
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
  type Principal,
  Reads,
  Rights,
  result,
  User,
} from '../conventions';
import {
  AddExceptionBody,
  ChangeExceptionBody,
  ExceptionPage,
  ExceptionsQuery,
  ExceptionView,
  SetWorkingHoursBody,
  WorkingHoursPage,
  WorkingHoursQuery,
  WorkingHoursView,
} from './resource.body';

const ofResource = ofAggregate(Resource, inBody('resourceId'));
const ofException = ofAggregate(ExceptionPlace, 'id');

@ApiTags('Staff')
@Controller('staff')
export class SchedulesController {
  constructor(
    private readonly resources: Resources,
    private readonly commands: Commands,
    private readonly queries: ResourceQueries,
    private readonly rights: Rights,
  ) {}

  @Put('working-hours')
  @Access({ permission: 'schedules:write', tenant: ofResource })
  @ApiOperation({ summary: 'Set when a resource works' })
  @ApiOkResponse({ type: WorkingHoursView })
  async setHours(
    @Body() { resourceId, hours }: SetWorkingHoursBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<WorkingHoursView>> {
    const command = { type: 'SetWorkingHours', data: { hours } } as const;
    return result(await this.commands.execute(Resource, resourceId, command, context), { resourceId, hours });
  }

  @Get('working-hours')
  @Access({ permission: 'schedules:read', tenant: inQuery('businessId') })
  @Reads('resources')
  @ApiOperation({ summary: 'When the resources of a business work' })
  @ApiOkResponse({ type: WorkingHoursPage })
  async hours(
    @Query() { businessId, limit, cursor, sort }: WorkingHoursQuery,
    @User() user: Principal,
  ): Promise<WorkingHoursPage> {
    const within = await this.rights.limitsOf(user, businessId);
    const { items, nextCursor } = await this.queries.list({ businessId, within }, { limit, cursor, sort });
    return { items: items.map(({ id, hours }) => ({ resourceId: id, hours })), nextCursor };
  }

  @Get('working-hours/:resourceId')
  @Access({ permission: 'schedules:read', tenant: ofAggregate(Resource, 'resourceId') })
  @Reads('resources')
  @ApiOperation({ summary: 'When a resource works' })
  @ApiOkResponse({ type: WorkingHoursView })
  async hoursOf(@IdParam('resourceId') resourceId: Uuid): Promise<WorkingHoursView> {
    const resource = await this.queries.find(resourceId);
    if (!resource) throw new DomainError('resource.not_found');
    return { resourceId, hours: resource.hours };
  }

  @Post('exceptions')
  @Access({ permission: 'schedules:write', tenant: ofResource })
  @ApiOperation({ summary: 'Make a day an exception from the working hours' })
  @ApiCreatedResponse({ type: ExceptionView })
  async addException(
    @Body() { resourceId, hours = [], ...body }: AddExceptionBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer> {
    const exceptionId = idFor(context, 'exception');
    const outcome = await this.resources.addException(resourceId, { ...body, hours, exceptionId }, context);
    return created(outcome, viewOf(outcome, exceptionId), `/staff/exceptions/${exceptionId}`);
  }

  @Get('exceptions')
  @Access({ permission: 'schedules:read', tenant: inQuery('businessId') })
  @Reads('resources')
  @ApiOperation({ summary: 'Exceptions from the working hours' })
  @ApiOkResponse({ type: ExceptionPage })
  async exceptions(@Query() { limit, cursor, sort, ...filter }: ExceptionsQuery, @User() user: Principal) {
    const within = await this.rights.limitsOf(user, filter.businessId);
    return this.queries.exceptions({ ...filter, within }, { limit, cursor, sort });
  }

  @Get('exceptions/:id')
  @Access({ permission: 'schedules:read', tenant: ofException })
  @Reads('resources')
  @ApiOperation({ summary: 'An exception from the working hours' })
  @ApiOkResponse({ type: ExceptionView })
  async exception(@IdParam('id') id: Uuid) {
    const exception = await this.queries.findException(id);
    if (!exception) throw new DomainError('exception.not_found');
    return exception;
  }

  @Put('exceptions/:id')
  @Access({ permission: 'schedules:write', tenant: ofException })
  @ApiOperation({ summary: 'Change what is given of an exception' })
  @ApiOkResponse({ type: ExceptionView })
  async changeException(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeExceptionBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer> {
    const outcome = await this.resources.changeException(id, { ...change }, context);
    return result(outcome, viewOf(outcome, id));
  }

  @Delete('exceptions/:id')
  @HttpCode(204)
  @Access({ permission: 'schedules:write', tenant: ofException })
  @ApiOperation({ summary: 'Make a day like its weekday again' })
  @ApiNoContentResponse()
  async removeException(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    return done(await this.resources.removeException(id, context));
  }
}

function viewOf({ state: resource }: Outcome<KnownResource>, id: Uuid) {
  const exception = exceptionOf(resource, id);
  if (!exception) throw new DomainError('exception.not_found');
  const { date, kind, hours } = exception;
  return { id, resourceId: resource.resourceId, businessId: resource.businessId, date, kind, hours };
}
