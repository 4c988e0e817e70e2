import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProjectionAdmin } from '@yoyaku/projecting';
import { Access, type Principal, User } from '../conventions';
import { ProjectionList, ProjectionView, SkipBody } from './projections.body';

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
  @ApiOperation({ summary: 'Let a read model go on; what failed is tried again' })
  @ApiOkResponse({ type: ProjectionView })
  async resume(@Param('name') name: string): Promise<ProjectionView> {
    await this.projections.resume(name);
    return this.projections.get(name);
  }

  @Post(':name/skip')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({ summary: 'Go on without the event at which a read model failed' })
  @ApiOkResponse({ type: ProjectionView })
  async skip(
    @Param('name') name: string,
    @Body() { reason, partition }: SkipBody,
    @User() { userId }: Principal,
  ): Promise<ProjectionView> {
    await this.projections.skip(name, { reason, partition, by: userId });
    return this.projections.get(name);
  }
}
