import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BookingHistoryQueries, BookingQueries } from '@projections/booking';
import type { Scope } from '@yoyaku/access';
import { lifecycleRefusals } from '@yoyaku/booking';
import { ApiKeyFacts } from '@yoyaku/business';
import type { Uuid } from '@yoyaku/kernel';
import { IdParam, InScope, ListQuery, type Principal, Query, QueryString, User } from '../conventions';
import { FeeQuery } from './bookings.dto';
import { FeePreview, feePreview } from './bookings.views';
import { forCustomer, HistoryPage, historyItem, keysIn, UNSEEN } from './history.views';
import { foundIn, READ } from './reading';

/** What happened to a booking, and what would. */
@ApiTags('Bookings')
@Controller('bookings/:id')
export class BookingInsightsController {
  constructor(
    private readonly queries: BookingQueries,
    private readonly histories: BookingHistoryQueries,
    private readonly keys: ApiKeyFacts,
  ) {}

  @Query('fee', {
    access: READ,
    summary: 'What cancelling a booking would cost',
    description: 'Refused as cancelling it would be',
    answers: FeePreview,
    reads: ['bookings'],
    refuses: lifecycleRefusals('CancelBooking'),
  })
  async getCancellationFee(
    @IdParam('id') id: Uuid,
    @QueryString() query: FeeQuery,
    @InScope() scope: Scope,
  ): Promise<FeePreview> {
    return feePreview(await foundIn(this.queries, scope, id), query);
  }

  @Query('history', {
    access: READ,
    summary: 'What happened to a booking, event by event; to its customer without what only the business is to know',
    answers: HistoryPage,
    reads: ['bookings', 'booking-history'],
  })
  async listBookingHistory(
    @IdParam('id') id: Uuid,
    @QueryString() { limit, cursor }: ListQuery,
    @InScope() scope: Scope,
    @User() user: Principal,
  ): Promise<HistoryPage> {
    const booking = await foundIn(this.queries, scope, id);
    const isCustomers = scope.as === 'self';
    const { items, nextCursor } = await this.histories.of(booking, { limit, cursor }, isCustomers ? UNSEEN : []);
    const names = await this.keys.names(keysIn(items));
    const views = items.map((row) => historyItem(row, names));
    return { items: isCustomers ? views.map((item) => forCustomer(item, user)) : views, nextCursor };
  }
}
