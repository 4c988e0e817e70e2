import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Erasure } from '@yoyaku/customers';
import type { CommandContext } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { Access, type Answer, Ctx, IdParam, Reads, Refuses, result } from '../conventions';
import { ofCustomer, orSelf } from './customer-access';
import { CustomerExport } from './customer-export';
import { CustomerExportView, ErasedCustomerView } from './personal-data.body';

/** What people may ask for who are told of: to be told all of it, and to be forgotten. */
@ApiTags('Customers')
@Controller('customers/:id')
export class PersonalDataController {
  constructor(
    private readonly erasure: Erasure,
    private readonly exports: CustomerExport,
  ) {}

  @Post('erase')
  @HttpCode(200)
  @Access({ permission: 'customers:erase', tenant: ofCustomer, orSelf })
  @ApiOperation({ summary: 'Forget a customer for good, in history too; bookings stay, without a name' })
  @ApiOkResponse({ type: ErasedCustomerView })
  async erase(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<ErasedCustomerView>> {
    const outcome = await this.erasure.erase(id, context);
    const { businessId, status } = outcome.state;
    return result(outcome, { id, businessId, status });
  }

  @Get('export')
  @Access({ permission: 'customers:export', tenant: ofCustomer, orSelf })
  @Reads('customer-timeline')
  @Refuses(409)
  @ApiOperation({ summary: 'All that is held about a customer' })
  @ApiOkResponse({ type: CustomerExportView })
  export(@IdParam('id') id: Uuid): Promise<CustomerExportView> {
    return this.exports.of(id);
  }
}
