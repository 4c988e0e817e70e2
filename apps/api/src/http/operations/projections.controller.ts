import { Body, Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Uuid } from '@yoyaku/kernel';
import { ProjectionAdmin } from '@yoyaku/projecting';
import { Command, IdParam, type Principal, Query, User } from '../conventions';
import { ResumeBody, SkipBody } from './projections.dto';
import { ProjectionList, ProjectionView, SkipList } from './projections.views';

@ApiTags('Projections')
@Controller('admin/projections')
export class ProjectionsController {
  constructor(private readonly projections: ProjectionAdmin) {}

  @Query('', {
    access: 'admin',
    summary: 'Every read model: version, state, position and lag by partition, last failure',
    answers: ProjectionList,
  })
  async listProjections(): Promise<ProjectionList> {
    return { items: await this.projections.list() };
  }

  @Query(':name', {
    access: 'admin',
    summary: 'One read model',
    answers: ProjectionView,
    refuses: ['projection.not_found'],
  })
  getProjection(@Param('name') name: string): Promise<ProjectionView> {
    return this.projections.get(name);
  }

  @Command('DELETE', ':name', {
    access: 'admin',
    appends: false,
    summary: 'Drop a read model that no running build knows any more',
    refuses: ['projection.in_use', 'projection.not_found'],
  })
  async dropProjection(@Param('name') name: string): Promise<void> {
    await this.projections.drop(name);
  }

  @Command('POST', ':name/pause', {
    access: 'admin',
    appends: false,
    summary: 'Stop a read model where it is',
    answers: ProjectionView,
    refuses: ['projection.not_found', 'projection.not_running'],
  })
  async pauseProjection(@Param('name') name: string): Promise<ProjectionView> {
    await this.projections.pause(name);
    return this.projections.get(name);
  }

  @Command('POST', ':name/resume', {
    access: 'admin',
    appends: false,
    summary: 'Let a read model, or one tenant in it, go on; what failed is tried again',
    answers: ProjectionView,
    refuses: ['projection.not_found', 'projection.not_stopped'],
  })
  async resumeProjection(@Param('name') name: string, @Body() { tenant }: ResumeBody): Promise<ProjectionView> {
    await this.projections.resume(name, { tenant });
    return this.projections.get(name);
  }

  @Command('POST', ':name/skip', {
    access: 'admin',
    appends: false,
    summary: 'Go on without the event at which a read model failed, now and in every version and rebuild to come',
    answers: ProjectionView,
    refuses: ['projection.not_failed', 'projection.not_found', 'projection.reason_required'],
  })
  async skipEvent(
    @Param('name') name: string,
    @Body() { reason, partition, tenant, eventId }: SkipBody,
    @User() { userId }: Principal,
  ): Promise<ProjectionView> {
    await this.projections.skip(name, { reason, partition, tenant, eventId, by: userId });
    return this.projections.get(name);
  }

  @Query(':name/skips', {
    access: 'admin',
    summary: 'Events that a read model passes over',
    answers: SkipList,
    refuses: ['projection.not_found'],
  })
  async listSkips(@Param('name') name: string): Promise<SkipList> {
    return { items: await this.projections.skips(name) };
  }

  @Command('DELETE', ':name/skips/:eventId', {
    access: 'admin',
    appends: false,
    summary: 'Pass over an event no more; the next rebuild of the read model applies it',
    refuses: ['projection.not_found', 'projection.not_skipped'],
  })
  async withdrawSkip(@Param('name') name: string, @IdParam('eventId') eventId: Uuid): Promise<void> {
    await this.projections.withdrawSkip(name, eventId);
  }
}
