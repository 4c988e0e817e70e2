import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CustomerQueries } from '@projections/customers';
import { Customer, CustomerFacts, Customers } from '@yoyaku/customers';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Scopes } from '../business/scopes';
import {
  type Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  inBody,
  inQuery,
  type Principal,
  Problem,
  Query,
  QueryString,
  Rights,
  result,
  User,
} from '../conventions';
import {
  BUSINESS_FIELDS,
  ChangeCustomerBody,
  CreateCustomerBody,
  CustomerPage,
  CustomersQuery,
  CustomerView,
  LinkUserBody,
  OwnProfileView,
} from './customer.dto';
import { profileOf, recordOf, rowView, viewOf } from './customer.views';
import { ofCustomer, orAsked, orSelf } from './customer-access';

/**
 * Who may ask a user whether they are the customer. The user who says yes may erase and export the customer, and may be
 * a second account of whoever asks: who asks must be allowed to do both anyway.
 */
const MAY_OFFER_LINK = 'customers:erase';

@ApiTags('Customers')
@Controller('customers')
export class CustomersController {
  constructor(
    private readonly customers: Customers,
    private readonly commands: Commands,
    private readonly queries: CustomerQueries,
    private readonly scopes: Scopes,
    private readonly facts: CustomerFacts,
    private readonly rights: Rights,
  ) {}

  @Command('POST', '', {
    access: { permission: 'customers:write', tenant: inBody('businessId') },
    summary: 'Add a customer',
    creates: CustomerView,
  })
  async createCustomer(
    @Body() body: CreateCustomerBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<CustomerView>> {
    const customerId = idFor(context, 'customer');
    const own = (await this.scopes.of(user, 'customers:write', body.businessId)) === 'own';
    const assigned = own ? { assignedTo: user.userId } : {};
    const outcome = await this.customers.create({ ...DEFAULTS, ...body, ...assigned, customerId }, context);
    return created(outcome, viewOf(outcome, undefined), `/customers/${customerId}`);
  }

  @Query('', {
    access: { permission: 'customers:read', tenant: inQuery('businessId') },
    summary: 'The customers of a business, or those assigned to oneself where one sees no others',
    answers: CustomerPage,
    reads: ['customers'],
  })
  async listCustomers(
    @QueryString() { limit, cursor, sort, ...filter }: CustomersQuery,
    @User() user: Principal,
  ): Promise<CustomerPage> {
    const own = (await this.scopes.of(user, 'customers:read', filter.businessId)) === 'own';
    const visible = own ? { ...filter, assignedTo: user.userId } : filter;
    const { items, nextCursor } = await this.queries.list(visible, { limit, cursor, sort });
    return { items: items.map(rowView), nextCursor };
  }

  @Query(':id', {
    access: { permission: 'customers:read', tenant: ofCustomer, orSelf },
    summary: 'A customer; to the customer, the profile only',
    answers: [CustomerView, OwnProfileView],
    reads: ['customers'],
  })
  async getCustomer(@IdParam('id') id: Uuid, @User() user: Principal): Promise<CustomerView | OwnProfileView> {
    const row = await this.queries.find(id);
    if (!row) throw new DomainError('customer.not_found');
    if (await this.scopes.cover(user, 'customers:read', row)) return rowView(row);
    if (row.userId === user.userId) return profileOf(row);
    throw new DomainError('customer.not_found');
  }

  @Command('PUT', ':id', {
    access: { permission: 'customers:write', tenant: ofCustomer, orSelf },
    summary: 'Change what is given of a customer; the customer, what is in the profile',
    answers: [CustomerView, OwnProfileView],
  })
  async changeCustomer(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeCustomerBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<CustomerView | OwnProfileView>> {
    const customer = await this.facts.present(id);
    const asBusiness = await this.scopes.cover(user, 'customers:write', customer);
    if (!asBusiness && customer.userId !== user.userId) throw new DomainError('customer.not_found');
    const path = asBusiness ? undefined : BUSINESS_FIELDS.find((field) => change[field] !== undefined);
    if (path) throw new Problem(403, 'access.forbidden', { errors: [{ path, code: 'access.forbidden' }] });
    const outcome = await this.customers.change(id, { ...change }, context);
    const view = viewOf(outcome, await this.queries.find(id));
    return result(outcome, asBusiness ? view : profileOf(view));
  }

  @Command('DELETE', ':id', {
    access: { permission: 'customers:delete', tenant: ofCustomer },
    summary: 'Take a customer off the list',
  })
  async removeCustomer(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    return done(await this.commands.execute(Customer, id, { type: 'RemoveCustomer', data: {} }, context));
  }

  @Command('POST', ':id/link-user', {
    access: { permission: MAY_OFFER_LINK, tenant: ofCustomer, orSelf: orAsked },
    summary: 'Ask a user whether they are the customer; that user, with their own id, says yes, and is from then on',
    description:
      'Who asks may erase the customer, because the user who says yes may then erase and export everything that is kept of the customer.',
    answers: [CustomerView, OwnProfileView],
  })
  async linkCustomerToUser(
    @IdParam('id') id: Uuid,
    @Body() { userId }: LinkUserBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<CustomerView | OwnProfileView>> {
    if (userId === user.userId && orAsked(await this.facts.customer(id), user)) {
      const outcome = await this.customers.acceptLink(id, userId, context);
      return result(outcome, profileOf(recordOf(outcome)));
    }
    await this.rights.ensureMay(user, MAY_OFFER_LINK, (await this.facts.present(id)).businessId);
    const outcome = await this.customers.offerLink(id, userId, context);
    return result(outcome, viewOf(outcome, await this.queries.find(id)));
  }
}

/** What a customer is unless the request says otherwise. */
const DEFAULTS = {
  email: null,
  phone: null,
  birthday: null,
  locale: null,
  status: 'customer',
  tags: [],
  consents: [],
  assignedTo: null,
} as const;
