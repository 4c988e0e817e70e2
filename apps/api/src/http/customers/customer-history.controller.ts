import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BookingQueries } from '@projections/booking';
import { TimelineQueries } from '@projections/customers';
import { Customer, CustomerFacts } from '@yoyaku/customers';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { BookingPage } from '../booking/bookings.dto';
import { rowView } from '../booking/bookings.views';
import { Scopes } from '../business/scopes';
import { IdParam, ofAggregate, type Principal, Query, QueryString, Rights, User } from '../conventions';
import { CustomerBookingsQuery, TimelinePage, TimelineQuery } from './customer.dto';

const READ = { permission: 'customers:read', tenant: ofAggregate(Customer, 'id') };

@ApiTags('Customers')
@Controller('customers/:id')
export class CustomerHistoryController {
  constructor(
    private readonly customers: CustomerFacts,
    private readonly timelines: TimelineQueries,
    private readonly bookings: BookingQueries,
    private readonly scopes: Scopes,
    private readonly rights: Rights,
  ) {}

  @Query('timeline', {
    access: READ,
    summary: 'What happened with a customer, event by event',
    answers: TimelinePage,
    refuses: [409],
    reads: ['customer-timeline'],
  })
  async listCustomerTimeline(
    @IdParam('id') id: Uuid,
    @QueryString() request: TimelineQuery,
    @User() user: Principal,
  ): Promise<TimelinePage> {
    const within = await this.limitsAt(user, id);
    const { items, nextCursor } = await this.timelines.of(id, within, request);
    return { items: items.map(({ customerId: _, businessId: __, ...entry }) => entry), nextCursor };
  }

  @Query('history', {
    access: READ,
    summary: 'The bookings of a customer',
    answers: BookingPage,
    refuses: [409],
    reads: ['bookings'],
  })
  async listCustomerHistory(
    @IdParam('id') id: Uuid,
    @QueryString() request: CustomerBookingsQuery,
    @User() user: Principal,
  ): Promise<BookingPage> {
    const within = await this.limitsAt(user, id);
    const filter = within.length > 0 ? { customerId: id, within } : { customerId: id };
    const { items, nextCursor } = await this.bookings.list(filter, request);
    return { items: items.map(rowView), nextCursor };
  }

  /** The locations of which the user may see a customer's bookings; none: of all. Throws `customer.not_found`. */
  private async limitsAt(user: Principal, id: Uuid): Promise<readonly Uuid[]> {
    const customer = await this.customers.present(id);
    if (!(await this.scopes.cover(user, 'customers:read', customer))) throw new DomainError('customer.not_found');
    return this.rights.limitsOf(user, customer.businessId);
  }
}
