import { Controller, Get, HttpCode } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Access, Answer } from '../conventions';
import { Unlimited } from '../conventions/limits/rate-limits';
import { Health, HealthChecks } from './health';

/** At the root, not below the prefix; what runs the process looks there. */
@ApiTags('Operations')
@Controller()
export class HealthController {
  constructor(private readonly checks: HealthChecks) {}

  @Get('health/live')
  @HttpCode(204)
  @Access('public')
  @Unlimited()
  @ApiOperation({ summary: 'Whether the process runs at all' })
  live(): void {}

  @Get('health/ready')
  @Access('public')
  @Unlimited()
  @ApiOperation({ summary: 'Whether the process can take requests; 503 when something it needs is away' })
  @ApiOkResponse({ type: Health })
  @ApiServiceUnavailableResponse({ type: Health })
  async ready(): Promise<Answer<Health>> {
    const health = await this.checks.health();
    return new Answer(health.status === 'unavailable' ? 503 : 200, health);
  }

  @Get(['health', 'api/v1/health'])
  @Access('public')
  @Unlimited()
  @ApiOperation({ summary: 'How the process and what it depends on are' })
  @ApiOkResponse({ type: Health })
  health(): Promise<Health> {
    return this.checks.health();
  }
}
