import type { Readable } from 'node:stream';
import { Controller, Param, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Uuid } from '@yoyaku/kernel';
import { ProjectionAdmin } from '@yoyaku/projecting';
import type { FastifyRequest } from 'fastify';
import { type Answer, Command, Following, type Principal, Query, serverSent, User } from '../conventions';
import { RebuildProgress, RebuildView } from './projections.views';

/** Read models built anew beside the live ones, which serve until the new ones take their place. */
@ApiTags('Rebuilds')
@Controller('admin/projections/:name/rebuild')
export class RebuildsController {
  constructor(
    private readonly projections: ProjectionAdmin,
    private readonly following: Following,
  ) {}

  @Command('POST', '', {
    access: 'admin',
    appends: false,
    summary: 'Build a read model anew from all events, while it goes on to serve',
    starts: RebuildView,
    refuses: ['projection.changed', 'projection.not_found', 'projection.rebuild_running'],
  })
  async startRebuild(@Param('name') name: string, @User() { userId }: Principal): Promise<RebuildView> {
    await this.projections.rebuild([name], userId);
    return this.projections.rebuildOf(name);
  }

  @Query('', {
    access: 'admin',
    summary: 'Progress of the last rebuild, as server-sent events, to its end',
    answers: RebuildProgress,
    streams: 'text/event-stream',
    refuses: ['projection.not_found', 'projection.rebuild_not_found'],
  })
  async followRebuild(@Param('name') name: string, @Req() request: FastifyRequest): Promise<Answer<Readable>> {
    const { id } = await this.lastOf(name);
    return serverSent(this.progress(id, this.following.signalFor(request)));
  }

  @Command('POST', 'pause', {
    access: 'admin',
    appends: false,
    summary: 'Let the rebuild rest where it is',
    answers: RebuildView,
    refuses: ['projection.not_found', 'projection.rebuild_not_found'],
  })
  async pauseRebuild(@Param('name') name: string): Promise<RebuildView> {
    await this.projections.pauseRebuild((await this.lastOf(name)).id);
    return this.projections.rebuildOf(name);
  }

  @Command('POST', 'resume', {
    access: 'admin',
    appends: false,
    summary: 'Let the rebuild go on',
    answers: RebuildView,
    refuses: ['projection.not_found', 'projection.rebuild_not_found'],
  })
  async resumeRebuild(@Param('name') name: string): Promise<RebuildView> {
    await this.projections.resumeRebuild((await this.lastOf(name)).id);
    return this.projections.rebuildOf(name);
  }

  @Command('DELETE', '', {
    access: 'admin',
    appends: false,
    summary: 'Give the rebuild up; the read models stay as they are',
    answers: RebuildView,
    refuses: ['projection.not_found', 'projection.rebuild_not_found'],
  })
  async cancelRebuild(@Param('name') name: string): Promise<RebuildView> {
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
