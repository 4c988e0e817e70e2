import { type DynamicModule, Module } from '@nestjs/common';
import { BlockQueries, BookingQueries, OpenHoldQueries, WaitlistQueries } from '@projections/booking';
import { StaffQueries } from '@projections/business';
import { ResourceQueries } from '@projections/catalog';
import { ErasureQueries } from '@projections/customers';
import { UserQueries } from '@projections/identity';
import { BookingModule, bookingJobHandlers } from '@yoyaku/booking';
import { BusinessModule, businessJobHandlers } from '@yoyaku/business';
import { AuditModule, type Config, CoreModule, projections } from '@yoyaku/composition';
import { CustomersModule } from '@yoyaku/customers';
import { IdentityModule } from '@yoyaku/identity';
import { NotificationsModule, notificationsJobHandlers, SendingModule } from '@yoyaku/notifications';
import { ProjectingModule } from '@yoyaku/projecting';
import { Announcer } from './announcer';
import { AuditVerifier } from './audit-verifier';
import { CalendarRefresher } from './calendar-refresher';
import { CheckpointTaker } from './checkpoint-taker';
import { ErasureFinisher } from './erasure-finisher';
import { PrivateTimeKeeper, PrivateTimeOfBusiness } from './private-time-keeper';
import { Reaper } from './reaper';
import { ReminderReplanner } from './reminder-replanner';
import { UncoveredFinder } from './uncovered-finder';
import { AccountWaitlistEnder, FreedTimeOfferer, WaitlistEnder, WaitlistLooker } from './waitlist-jobs';

/** The work that no event leads to, or that is to be found although what its event led to failed. */
export const DUTIES = [Reaper, ErasureFinisher, CheckpointTaker, AuditVerifier];

/** Who does jobs for which read models are asked. */
const readingJobHandlers = [
  Announcer,
  ReminderReplanner,
  PrivateTimeKeeper,
  CalendarRefresher,
  PrivateTimeOfBusiness,
  WaitlistLooker,
  FreedTimeOfferer,
  WaitlistEnder,
  AccountWaitlistEnder,
  UncoveredFinder,
];

/** Who does the jobs that events lead to. */
export const JOB_HANDLERS = [
  ...businessJobHandlers,
  ...bookingJobHandlers,
  ...readingJobHandlers,
  ...notificationsJobHandlers,
];

@Module({})
export class ReactorModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ReactorModule,
      imports: [
        CoreModule.forRoot(config),
        ProjectingModule.forRoot(projections, config.partitions),
        AuditModule.forRoot(config),
        BookingModule,
        BusinessModule,
        CustomersModule,
        IdentityModule.forRoot(config),
        NotificationsModule.forRoot(config),
        SendingModule,
      ],
      providers: [
        BlockQueries,
        BookingQueries,
        OpenHoldQueries,
        ResourceQueries,
        WaitlistQueries,
        StaffQueries,
        ErasureQueries,
        UserQueries,
        ...DUTIES,
        ...businessJobHandlers,
        ...bookingJobHandlers,
        ...readingJobHandlers,
      ],
    };
  }
}
