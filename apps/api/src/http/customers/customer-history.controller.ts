import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BookingQueries } from '@projections/booking';
import { TimelineQueries } from '@projections/customers';
import type { Scope } from '@yoyaku/access';
import { CheckInCodes } from '@yoyaku/booking';
import { Customer, CustomerFacts } from '@yoyaku/customers';
import type { Uuid } from '@yoyaku/kernel';
import { BookingPage, rowView } from '../booking/bookings.views';
import { IdParam, InScope, ofThing, type PermissionRule, Query, QueryString } from '../conventions';
import { CustomerBookingsQuery, TimelineQuery } from './customer.dto';
import { TimelinePage } from './customer.views';

const READ: PermissionRule = { permission: 'customers:read', of: ofThing(Customer, 'id') };

@ApiTags('Customers')
@Controller('customers/:id')
export class CustomerHistoryController {
  constructor(
    private readonly customers: CustomerFacts,
    private readonly timelines: TimelineQueries,
    private readonly bookings: BookingQueries,
    private readonly codes: CheckInCodes,
  ) {}

  @Query('timeline', {
    access: READ,
    summary: 'What happened with a customer, event by event',
    answers: TimelinePage,
    reads: ['customer-timeline', 'bookings'],
    refuses: ['customer.erased'],
  })
  async listCustomerTimeline(
    @IdParam('id') id: Uuid,
    @QueryString() request: TimelineQuery,
    @InScope() scope: Scope,
  ): Promise<TimelinePage> {
    await this.customers.present(id);
    const shown = await this.bookings.shownOfCustomer(scope, id);
    const { items, nextCursor } = await this.timelines.of(scope, id, shown, request);
    return { items: items.map(({ customerId: _, businessId: __, ...entry }) => entry), nextCursor };
  }

  @Query('history', {
    access: READ,
    summary: 'The bookings of a customer',
    answers: BookingPage,
    reads: ['bookings'],
    refuses: ['customer.erased'],
  })
  async listCustomerHistory(
    @IdParam('id') id: Uuid,
    @QueryString() request: CustomerBookingsQuery,
    @InScope() scope: Scope,
  ): Promise<BookingPage> {
    await this.customers.present(id);
    const { items, nextCursor } = await this.bookings.ofCustomer(scope, id, request);
    return { items: items.map((row) => rowView(row, this.codes, scope)), nextCursor };
  }
}
