import type { Readable } from 'node:stream';
import { Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Uuid } from '@yoyaku/kernel';
import { ProjectionAdmin } from '@yoyaku/projecting';
import type { FastifyRequest } from 'fastify';
import { Access, type Answer, Following, type Principal, serverSent, User } from '../conventions';
import { RebuildProgress, RebuildView } from './projections.body';

/** Read models built anew beside the live ones, which serve until the new ones take their place. */
@ApiTags('Operations')
@Controller('admin/projections/:name/rebuild')
export class RebuildsController {
  constructor(
    private readonly projections: ProjectionAdmin,
    private readonly following: Following,
  ) {}

  @Post()
  @HttpCode(202)
  @Access('admin')
  @ApiOperation({ summary: 'Build a read model anew from all events, while it goes on to serve' })
  @ApiAcceptedResponse({ type: RebuildView })
  async rebuild(@Param('name') name: string, @User() { userId }: Principal): Promise<RebuildView> {
    await this.projections.rebuild([name], userId);
    return this.projections.rebuildOf(name);
  }

  @Get()
  @Access('admin')
  @ApiOperation({ summary: 'Progress of the last rebuild, as server-sent events, to its end' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ type: RebuildProgress, description: 'The data of each event' })
  async follow(@Param('name') name: string, @Req() request: FastifyRequest): Promise<Answer<Readable>> {
    const { id } = await this.lastOf(name);
    return serverSent(this.progress(id, this.following.signalFor(request)));
  }

  @Post('pause')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({ summary: 'Let the rebuild rest where it is' })
  @ApiOkResponse({ type: RebuildView })
  async pause(@Param('name') name: string): Promise<RebuildView> {
    await this.projections.pauseRebuild((await this.lastOf(name)).id);
    return this.projections.rebuildOf(name);
  }

  @Post('resume')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({ summary: 'Let the rebuild go on' })
  @ApiOkResponse({ type: RebuildView })
  async resume(@Param('name') name: string): Promise<RebuildView> {
    await this.projections.resumeRebuild((await this.lastOf(name)).id);
    return this.projections.rebuildOf(name);
  }

  @Delete()
  @Access('admin')
  @ApiOperation({ summary: 'Give the rebuild up; the read models stay as they are' })
  @ApiOkResponse({ type: RebuildView })
  async cancel(@Param('name') name: string): Promise<RebuildView> {
    await this.projections.cancelRebuild((await this.lastOf(name)).id);
    return this.projections.rebuildOf(name);
  }

  private async lastOf(name: string) {
    await this.projections.get(name);
    return this.projections.rebuildOf(name);
  }

  private async *progress(id: Uuid, signal: AbortSignal): AsyncGenerator<RebuildProgress> {
    for await (const status of this.projections.followRebuild(id, signal)) {
      const { processed, total, eventsPerSecond, secondsLeft, state, failure } = status;
      yield { processed, total, eventsPerSecond, secondsLeft, state, failure };
    }
  }
}
