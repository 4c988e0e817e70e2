import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Uuid } from '@yoyaku/kernel';
import { ProjectionAdmin } from '@yoyaku/projecting';
import { Access, IdParam, type Principal, User } from '../conventions';
import { ProjectionList, ProjectionView, ResumeBody, SkipBody, SkipList } from './projections.body';

@ApiTags('Operations')
@Controller('admin/projections')
export class ProjectionsController {
  constructor(private readonly projections: ProjectionAdmin) {}

  @Get()
  @Access('admin')
  @ApiOperation({ summary: 'Every read model: version, state, position and lag by partition, last failure' })
  @ApiOkResponse({ type: ProjectionList })
  async list(): Promise<ProjectionList> {
    return { items: await this.projections.list() };
  }

  @Get(':name')
  @Access('admin')
  @ApiOperation({ summary: 'One read model' })
  @ApiOkResponse({ type: ProjectionView })
  get(@Param('name') name: string): Promise<ProjectionView> {
    return this.projections.get(name);
  }

  @Delete(':name')
  @HttpCode(204)
  @Access('admin')
  @ApiOperation({ summary: 'Drop a read model that no running build knows any more' })
  @ApiNoContentResponse()
  async drop(@Param('name') name: string): Promise<void> {
    await this.projections.drop(name);
  }

  @Post(':name/pause')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({ summary: 'Stop a read model where it is' })
  @ApiOkResponse({ type: ProjectionView })
  async pause(@Param('name') name: string): Promise<ProjectionView> {
    await this.projections.pause(name);
    return this.projections.get(name);
  }

  @Post(':name/resume')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({ summary: 'Let a read model, or one tenant in it, go on; what failed is tried again' })
  @ApiOkResponse({ type: ProjectionView })
  async resume(@Param('name') name: string, @Body() { tenant }: ResumeBody): Promise<ProjectionView> {
    await this.projections.resume(name, { tenant });
    return this.projections.get(name);
  }

  @Post(':name/skip')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({
    summary: 'Go on without the event at which a read model failed, now and in every version and rebuild to come',
  })
  @ApiOkResponse({ type: ProjectionView })
  async skip(
    @Param('name') name: string,
    @Body() { reason, partition, tenant, eventId }: SkipBody,
    @User() { userId }: Principal,
  ): Promise<ProjectionView> {
    await this.projections.skip(name, { reason, partition, tenant, eventId, by: userId });
    return this.projections.get(name);
  }

  @Get(':name/skips')
  @Access('admin')
  @ApiOperation({ summary: 'Events that a read model passes over' })
  @ApiOkResponse({ type: SkipList })
  async skips(@Param('name') name: string): Promise<SkipList> {
    return { items: await this.projections.skips(name) };
  }

  @Delete(':name/skips/:eventId')
  @HttpCode(204)
  @Access('admin')
  @ApiOperation({ summary: 'Pass over an event no more; the next rebuild of the read model applies it' })
  @ApiNoContentResponse()
  async withdrawSkip(@Param('name') name: string, @IdParam('eventId') eventId: Uuid): Promise<void> {
    await this.projections.withdrawSkip(name, eventId);
  }
}
