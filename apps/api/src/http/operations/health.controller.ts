import { Controller } from '@nestjs/common';
import { ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Answer, Query } from '../conventions';
import { Unlimited } from '../conventions/limits/rate-limits';
import { Health, HealthChecks } from './health';

/** At the root, not below the prefix; what runs the process looks there. */
@ApiTags('Health')
@Controller()
export class HealthController {
  constructor(private readonly checks: HealthChecks) {}

  @Query('health/live', { access: 'public', summary: 'Whether the process runs at all' })
  @Unlimited()
  checkLiveness(): void {}

  @Query('health/ready', {
    access: 'public',
    summary: 'Whether the process can take requests; 503 when something it needs is away',
    answers: Health,
  })
  @Unlimited()
  @ApiServiceUnavailableResponse({ type: Health })
  async checkReadiness(): Promise<Answer<Health>> {
    const health = await this.checks.health();
    return new Answer(health.status === 'unavailable' ? 503 : 200, health);
  }

  @Query(['health', 'api/v1/health'], {
    access: 'public',
    summary: 'How the process and what it depends on are',
    answers: Health,
  })
  @Unlimited()
  getHealth(): Promise<Health> {
    return this.checks.health();
  }
}
