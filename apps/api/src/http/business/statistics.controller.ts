import { Controller } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { BookingQueries } from '@projections/booking';
import { BusinessQueries } from '@projections/business';
import { UserQueries } from '@projections/identity';
import { NotificationQueries } from '@projections/notifications';
import { MoneyView, Query, QueryString, Whole } from '../conventions';

class StatisticsQuery {
  @Whole({ min: 1, max: 366, optional: true, default: 30 })
  days?: number;
}

const COUNTS = { type: 'object', additionalProperties: { type: 'integer' } } as const;

class StatisticsView {
  @ApiProperty({ ...COUNTS, description: 'How many there are of each status' })
  businesses: Record<string, number>;

  @ApiProperty({ ...COUNTS, description: 'In how many businesses that are not closed it is in which state' })
  subscriptions: Record<string, number>;

  @ApiProperty({ type: 'integer', description: 'Those that are not erased' })
  users: number;

  @ApiProperty({ ...COUNTS, description: 'Those made in these days, by the status that they have now' })
  bookings: Record<string, number>;

  @ApiProperty({ ...COUNTS, description: 'Those of these days, each counted by every way that it went' })
  messages: Record<string, number>;

  @ApiProperty({ type: [MoneyView], description: 'What was paid in these days; nothing is, so far' })
  captured: MoneyView[];
}

@ApiTags('Statistics')
@Controller('admin/statistics')
export class StatisticsController {
  constructor(
    private readonly businesses: BusinessQueries,
    private readonly users: UserQueries,
    private readonly bookings: BookingQueries,
    private readonly messages: NotificationQueries,
  ) {}

  @Query('', {
    access: 'admin',
    summary: 'How the platform fares',
    answers: StatisticsView,
    reads: ['businesses', 'users', 'bookings', 'notifications'],
  })
  async getStatistics(@QueryString() { days = 30 }: StatisticsQuery): Promise<StatisticsView> {
    const [businesses, users, bookings, messages] = await Promise.all([
      this.businesses.counts(),
      this.users.count(),
      this.bookings.counts(days),
      this.messages.counts(days),
    ]);
    const open = businesses.filter(({ status }) => status !== 'closed');
    return {
      businesses: sums(businesses, ({ status }) => status),
      subscriptions: sums(open, ({ subscription }) => subscription),
      users,
      bookings: sums(bookings, ({ status }) => status),
      messages: sums(messages, ({ status }) => status),
      captured: [],
    };
  }
}

function sums<T extends { readonly count: number }>(
  counts: readonly T[],
  by: (each: T) => string,
): Record<string, number> {
  const groups = Map.groupBy(counts, by);
  return Object.fromEntries(
    [...groups].map(([name, each]) => [name, each.reduce((sum, { count }) => sum + Number(count), 0)]),
  );
}
