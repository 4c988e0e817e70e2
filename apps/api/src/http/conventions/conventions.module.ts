import { Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { AuditQueries } from '@projections/audit';
import { BusinessModule } from '@yoyaku/business';
import { CatalogModule } from '@yoyaku/catalog';
import { EndedSessions, PhoneCodes, Sessions, StreamTickets } from '@yoyaku/identity';
import { HOUR } from '@yoyaku/kernel';
import { Outbox } from '@yoyaku/notifications';
import { AccessGuard } from './access/access.guard';
import { Admission } from './access/admission';
import { JwtStrategy } from './access/jwt.strategy';
import { KeyAdmission } from './access/key-admission';
import { Rights } from './access/rights';
import { Subjects } from './access/subjects';
import { Tenants } from './access/tenants';
import { Things } from './access/things';
import { Idempotency } from './commands/idempotency';
import { ConventionsInterceptor } from './conventions.interceptor';
import { RateLimits } from './limits/rate-limits';
import { ProblemFilter } from './problems/problem.filter';
import { RequestValidation } from './problems/validation';
import { Following } from './queries/following';
import { MinPosition } from './queries/min-position';
import { StoreHead } from './queries/store-head';

/** The conventions that apply to every route. */
@Global()
@Module({
  imports: [BusinessModule, CatalogModule, DiscoveryModule],
  providers: [
    Admission,
    Following,
    Idempotency,
    JwtStrategy,
    KeyAdmission,
    MinPosition,
    RateLimits,
    Rights,
    StoreHead,
    AuditQueries,
    Subjects,
    Tenants,
    Things,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: ConventionsInterceptor },
    { provide: APP_PIPE, useClass: RequestValidation },
  ],
  exports: [Following, Idempotency, RateLimits, Rights, StoreHead, Things],
})
export class ConventionsModule implements OnModuleInit, OnApplicationShutdown {
  private housekeeping: NodeJS.Timeout | undefined;

  constructor(
    private readonly ended: EndedSessions,
    private readonly sessions: Sessions,
    private readonly phoneCodes: PhoneCodes,
    private readonly tickets: StreamTickets,
    private readonly idempotency: Idempotency,
    private readonly limits: RateLimits,
    private readonly outbox: Outbox,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.ended.follow();
    this.housekeeping = setInterval(() => void this.prune(), HOUR).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.housekeeping);
  }

  /** Whatever is left is deleted an hour later. */
  private async prune(): Promise<void> {
    const kept = [this.sessions, this.tickets, this.phoneCodes, this.idempotency, this.limits, this.outbox];
    await Promise.allSettled(kept.map((each) => each.prune()));
  }
}
