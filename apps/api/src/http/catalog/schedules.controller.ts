import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ResourceQueries } from '@projections/catalog';
import type { Scope } from '@yoyaku/access';
import { UncoveredBookings } from '@yoyaku/booking';
import { AddException, ChangeException, ExceptionPlace, RemoveException, Resource } from '@yoyaku/catalog';
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
  naming,
  ofThing,
  partOf,
  Query,
  QueryString,
  result,
} from '../conventions';
import {
  AddExceptionBody,
  ChangeExceptionBody,
  ExceptionsQuery,
  SetWorkingHoursBody,
  WorkingHoursQuery,
} from './schedule.dto';
import {
  ChangedExceptionView,
  ChangedHoursView,
  ExceptionPage,
  ExceptionView,
  exceptionView,
  hoursView,
  WorkingHoursPage,
  WorkingHoursView,
} from './schedule.views';
import { workingHours } from './working-hours';

const ofResource = ofThing(Resource, inBody('resourceId'));
const ofException = ofThing(ExceptionPlace, 'id');

@ApiTags('Working hours')
@Controller('staff')
export class SchedulesController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: ResourceQueries,
    private readonly uncovered: UncoveredBookings,
  ) {}

  @Command('PUT', 'working-hours', {
    access: { permission: 'schedules:write', of: ofResource },
    summary: 'Set when a resource works; what is booked stays, and is named',
    answers: ChangedHoursView,
    refuses: ['hours.overlap'],
  })
  async setWorkingHours(
    @Body() { resourceId, hours }: SetWorkingHoursBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<ChangedHoursView>> {
    const command = { type: 'SetWorkingHours', data: { hours } } as const;
    const outcome = await this.commands.execute(Resource, resourceId, command, context);
    const { revision, known } = outcome;
    const answer = result(outcome, { resourceId, revision, hours: workingHours(known.hours) });
    return naming(answer, await this.uncovered.byHoursOf(known, context.at));
  }

  @Query('working-hours', {
    access: { permission: 'schedules:read', of: inQuery('businessId') },
    summary: 'When the resources of a business work',
    answers: WorkingHoursPage,
    reads: ['resources'],
  })
  async listWorkingHours(
    @QueryString() { limit, cursor, sort }: WorkingHoursQuery,
    @InScope() scope: Scope,
  ): Promise<WorkingHoursPage> {
    const { items, nextCursor } = await this.queries.working(scope, { limit, cursor, sort });
    return { items: items.map(hoursView), nextCursor };
  }

  @Query('working-hours/:resourceId', {
    access: { permission: 'schedules:read', of: ofThing(Resource, 'resourceId') },
    summary: 'When a resource works',
    answers: WorkingHoursView,
    reads: ['resources'],
  })
  async getWorkingHours(
    @IdParam('resourceId') resourceId: Uuid,
    @InScope() scope: Scope,
  ): Promise<Answer<WorkingHoursView>> {
    const resource = await this.queries.find(scope, resourceId);
    if (!resource) throw new DomainError('resource.not_found');
    return partOf(resource, hoursView(resource));
  }

  @Command('POST', 'exceptions', {
    access: { permission: 'schedules:write', of: ofResource },
    summary: 'Make a day an exception from the working hours',
    creates: ChangedExceptionView,
    refuses: ['exception.date_taken', 'exception.hours_missing', 'hours.overlap'],
  })
  async addException(
    @Body() { resourceId, hours = [], ...body }: AddExceptionBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<ChangedExceptionView>> {
    const exceptionId = idFor(context, 'exception');
    const outcome = await this.commands.send(new AddException(resourceId, { ...body, hours, exceptionId }, context));
    const view = exceptionView(outcome, exceptionId);
    const affected = await this.uncovered.byHoursOf(outcome.known, context.at, view.date);
    return naming(created(outcome, view, `/staff/exceptions/${exceptionId}`), affected);
  }

  @Query('exceptions', {
    access: { permission: 'schedules:read', of: inQuery('businessId') },
    summary: 'Exceptions from the working hours',
    answers: ExceptionPage,
    reads: ['resources'],
  })
  listExceptions(
    @QueryString() { limit, cursor, sort, ...filter }: ExceptionsQuery,
    @InScope() scope: Scope,
  ): Promise<ExceptionPage> {
    return this.queries.exceptions(scope, filter, { limit, cursor, sort });
  }

  @Query('exceptions/:id', {
    access: { permission: 'schedules:read', of: ofException },
    summary: 'An exception from the working hours',
    answers: ExceptionView,
    reads: ['resources'],
  })
  async getException(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<ExceptionView> {
    const exception = await this.queries.findException(scope, id);
    if (!exception) throw new DomainError('exception.not_found');
    return exception;
  }

  @Command('PUT', 'exceptions/:id', {
    access: { permission: 'schedules:write', of: ofException },
    summary: 'Change what is given of an exception',
    answers: ChangedExceptionView,
    refuses: ['exception.date_taken', 'exception.hours_missing', 'hours.overlap'],
  })
  async changeException(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeExceptionBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<ChangedExceptionView>> {
    const outcome = await this.commands.send(new ChangeException(id, { ...change }, context));
    const view = exceptionView(outcome, id);
    return naming(result(outcome, view), await this.uncovered.byHoursOf(outcome.known, context.at, view.date));
  }

  @Command('DELETE', 'exceptions/:id', {
    access: { permission: 'schedules:write', of: ofException },
    summary: 'Make a day like its weekday again',
  })
  async removeException(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    return done(await this.commands.send(new RemoveException(id, context)));
  }
}
