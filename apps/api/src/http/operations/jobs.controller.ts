import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { JobAdmin } from '@yoyaku/reacting';
import { Command, Query } from '../conventions';
import { JobKindList, RetriedView } from './jobs.views';

@ApiTags('Jobs')
@Controller('admin/jobs')
export class JobsController {
  constructor(private readonly jobs: JobAdmin) {}

  @Query('', {
    access: 'admin',
    summary: 'How many jobs of each kind are planned, due, being done, or were tried in vain',
    answers: JobKindList,
  })
  async listJobs(): Promise<JobKindList> {
    return { items: await this.jobs.list() };
  }

  @Command('POST', 'retry', {
    access: 'admin',
    appends: false,
    summary: 'Have all jobs tried again that were tried in vain',
    answers: RetriedView,
  })
  async retryJobs(): Promise<RetriedView> {
    return { retried: await this.jobs.retryFailed() };
  }
}
