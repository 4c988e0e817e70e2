import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Scope } from '@yoyaku/access';
import { EraseCustomer, erasedCustomer } from '@yoyaku/customers';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Answer, Command, Ctx, IdParam, InScope, Query, result, versionOf } from '../conventions';
import { ofCustomer } from './customer-access';
import { CustomerExport } from './customer-export';
import { CustomerExportView, ErasedCustomerView } from './personal-data.views';

/** What people may ask for who are told of: to be told all of it, and to be forgotten. */
@ApiTags('Customers')
@Controller('customers/:id')
export class PersonalDataController {
  constructor(
    private readonly commands: Commands,
    private readonly exports: CustomerExport,
  ) {}

  @Command('POST', 'erase', {
    access: { permission: 'customers:erase', of: ofCustomer, self: 'else' },
    standing: true,
    summary: 'Forget a customer for good, in history too; bookings stay, without a name',
    answers: ErasedCustomerView,
  })
  async eraseCustomer(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<ErasedCustomerView>> {
    const outcome = await this.commands.send(new EraseCustomer(id, context));
    const { businessId, status } = erasedCustomer(outcome.state);
    return result(outcome, { ...versionOf(outcome), businessId, status });
  }

  @Query('export', {
    access: { permission: 'customers:export', of: ofCustomer, self: 'else' },
    summary: 'All that is held about a customer',
    answers: CustomerExportView,
    reads: ['customer-timeline'],
    refuses: ['customer.erased'],
  })
  exportCustomer(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<CustomerExportView> {
    return this.exports.of(scope, id);
  }
}
