import { Body, Controller, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CustomerQueries, type CustomerRow } from '@projections/customers';
import type { Scope } from '@yoyaku/access';
import {
  AcceptLink,
  ChangeCustomer,
  CreateCustomer,
  Customer,
  OfferLink,
  type VersionedCustomer,
} from '@yoyaku/customers';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import {
  type Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  InScope,
  idIn,
  inBody,
  inQuery,
  type PermissionRule,
  type Principal,
  Problem,
  Query,
  QueryString,
  result,
  type Self,
  User,
} from '../conventions';
import { Rights } from '../conventions/access/rights';
import {
  BUSINESS_FIELDS,
  ChangeCustomerBody,
  ConsentBody,
  CreateCustomerBody,
  CustomersQuery,
  LinkUserBody,
} from './customer.dto';
import { CustomerPage, CustomerView, OwnProfileView, profileOf, recordOf, rowView, viewOf } from './customer.views';
import { ofCustomer } from './customer-access';

/**
 * Who may ask a user whether they are the customer. The user who says yes may erase and export the customer, and may be
 * a second account of whoever asks: who asks must be allowed to do both anyway.
 */
const MAY_OFFER_LINK = 'customers:erase';

const AUDITING: PermissionRule = { permission: 'audit:read', of: inQuery('businessId'), or: 'auditor' };

/** Who is asked says yes by naming themselves. */
const saysYes = ({ body }: FastifyRequest, { userId }: Pick<Principal, 'userId'>): Self =>
  idIn((body as LinkUserBody | null)?.userId) === userId ? 'first' : 'never';

@ApiTags('Customers')
@Controller('customers')
export class CustomersController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: CustomerQueries,
    private readonly rights: Rights,
  ) {}

  @Command('POST', '', {
    access: { permission: 'customers:write', of: inBody('businessId') },
    summary: 'Add a customer',
    creates: CustomerView,
    refuses: ['business.closed', 'customer.born_later', 'customer.erased', 'customer.unknown_member', 'person.erased'],
  })
  async createCustomer(
    @Body() body: CreateCustomerBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<CustomerView>> {
    const customerId = idFor(context, 'customer');
    const { scope } = context;
    const assigned = scope.kind === 'own' ? { assignedTo: scope.userId } : {};
    const outcome = await this.commands.send(
      new CreateCustomer({ ...DEFAULTS, ...body, ...assigned, customerId }, context),
    );
    return created(outcome, viewOf(outcome, undefined), `/customers/${customerId}`);
  }

  @Query('', {
    access: { permission: 'customers:read', of: inQuery('businessId') },
    summary: 'The customers of a business, or those assigned to oneself where one sees no others',
    answers: CustomerPage,
    reads: ['customers'],
  })
  async listCustomers(
    @QueryString() { limit, cursor, sort, ...filter }: CustomersQuery,
    @InScope() scope: Scope,
  ): Promise<CustomerPage> {
    const { items, nextCursor } = await this.queries.list(scope, filter, { limit, cursor, sort });
    return { items: items.map(rowView), nextCursor };
  }

  @Query(':id', {
    access: { permission: 'customers:read', of: ofCustomer, self: 'else' },
    summary: 'A customer; to the customer, the profile only',
    answers: [CustomerView, OwnProfileView],
    reads: ['customers'],
  })
  async getCustomer(
    @IdParam('id') id: Uuid,
    @InScope() scope: Scope,
    @Req() request: FastifyRequest,
  ): Promise<CustomerView | OwnProfileView> {
    const row = await this.queries.find(scope, id);
    if (!row || (row.status === 'deleted' && !(await this.isStillShown(row, scope, request)))) {
      throw new DomainError('customer.not_found');
    }
    return scope.as === 'self' ? profileOf(row) : rowView(row);
  }

  @Command('PUT', ':id', {
    access: { permission: 'customers:write', of: ofCustomer, self: 'else' },
    summary: 'Change what is given of a customer; the customer, what is in the profile',
    answers: [CustomerView, OwnProfileView],
    refuses: ['business.closed', 'customer.born_later', 'customer.erased', 'customer.unknown_member', 'person.erased'],
    standing: true,
  })
  async changeCustomer(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeCustomerBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<CustomerView | OwnProfileView>> {
    const path = context.scope.as === 'self' && BUSINESS_FIELDS.find((field) => change[field] !== undefined);
    if (path) throw new Problem(403, 'access.forbidden', { errors: [{ path, code: 'access.forbidden' }] });
    return this.changed(id, context, () => this.commands.send(new ChangeCustomer(id, { ...change }, context)));
  }

  @Command('POST', ':id/consents', {
    access: { permission: 'customers:write', of: ofCustomer, self: 'else' },
    summary: 'The customer agrees to be written to by a channel',
    answers: [CustomerView, OwnProfileView],
    refuses: ['customer.erased'],
  })
  giveConsent(
    @IdParam('id') id: Uuid,
    @Body() { channel }: ConsentBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<CustomerView | OwnProfileView>> {
    const command = { type: 'GiveConsent', data: { channel } } as const;
    return this.changed(id, context, () => this.commands.execute(Customer, id, command, context));
  }

  @Command('DELETE', ':id/consents', {
    access: { permission: 'customers:write', of: ofCustomer, self: 'else' },
    summary: 'The customer no longer agrees to be written to by a channel',
    answers: [CustomerView, OwnProfileView],
    refuses: ['customer.erased'],
  })
  withdrawConsent(
    @IdParam('id') id: Uuid,
    @Body() { channel }: ConsentBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<CustomerView | OwnProfileView>> {
    const command = { type: 'WithdrawConsent', data: { channel } } as const;
    return this.changed(id, context, () => this.commands.execute(Customer, id, command, context));
  }

  @Command('DELETE', ':id', {
    access: { permission: 'customers:delete', of: ofCustomer },
    summary: 'Take a customer off the list',
    refuses: ['customer.erased'],
  })
  async removeCustomer(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    return done(await this.commands.execute(Customer, id, { type: 'RemoveCustomer', data: {} }, context));
  }

  @Command('POST', ':id/link-user', {
    access: { permission: MAY_OFFER_LINK, of: ofCustomer, self: saysYes, orInvited: true },
    summary: 'Ask a user whether they are the customer; that user, with their own id, says yes, and is from then on',
    description:
      'Who asks may erase the customer, because the user who says yes may then erase and export everything that is kept of the customer.',
    answers: [CustomerView, OwnProfileView],
    refuses: [
      'business.not_found',
      'customer.already_linked',
      'customer.erased',
      'customer.link_not_offered',
      'customer.own_link',
      'customer.unknown_user',
      'customer.user_taken',
    ],
  })
  async linkCustomerToUser(
    @IdParam('id') id: Uuid,
    @Body() { userId }: LinkUserBody,
    @User() { key }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<CustomerView | OwnProfileView>> {
    ensure(key?.madeBy !== userId, 'customer.own_link', { path: 'userId' });
    if (context.scope.as === 'self') {
      const outcome = await this.commands.send(new AcceptLink(id, userId, context));
      return result(outcome, profileOf(recordOf(outcome)));
    }
    return this.changed(id, context, () => this.commands.send(new OfferLink(id, userId, context)));
  }

  /** Who was deleted is shown to the business's people where bookings name them, and to those who may audit. */
  private async isStillShown(
    { bookings, businessId }: CustomerRow,
    scope: Scope,
    request: FastifyRequest,
  ): Promise<boolean> {
    if (scope.as === 'self') return false;
    return bookings > 0 || (await this.rights.scopesIn([businessId], AUDITING, request)).length > 0;
  }

  private async changed(
    id: Uuid,
    { scope }: CommandContext,
    change: () => Promise<VersionedCustomer>,
  ): Promise<Answer<CustomerView | OwnProfileView>> {
    // Asked first: a command that is done must not fail for a read model that does not answer.
    const before = await this.queries.find(scope, id);
    const outcome = await change();
    const view = viewOf(outcome, before);
    return result(outcome, scope.as === 'self' ? profileOf(view) : view);
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
