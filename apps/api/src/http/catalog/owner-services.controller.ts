import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ChangeService, CreateService, Service } from '@yoyaku/catalog';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { AffectedBookings } from '../booking/affected-bookings';
import {
  AffectedView,
  type Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  inBody,
  leaving,
  ofThing,
  type PermissionRule,
  result,
} from '../conventions';
import { ChangeServiceBody, CreateServiceBody, type OverrideBody } from './service.dto';
import { ServiceView, serviceView } from './service.views';

const WRITE: PermissionRule = { permission: 'services:write', of: ofThing(Service, 'id') };

/** What may be wrong with a service, new or changed. */
const REFUSES = [
  'business.closed',
  'money.currency_mismatch',
  'service.override_repeated',
  'service.override_unrelated',
  'service.too_many_resources',
  'service.unknown_policy',
  'service.unknown_resource',
] as const;

/** Defaults of a service. */
const DEFAULTS = {
  description: null,
  category: null,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  capacity: 1,
  shared: null,
  pricing: 'booking',
  intervalMinutes: null,
  requirements: [],
  locationIds: [],
  policyId: null,
  depositRule: null,
} as const;

@ApiTags('Services')
@Controller('owner/services')
export class OwnerServicesController {
  constructor(
    private readonly commands: Commands,
    private readonly affected: AffectedBookings,
  ) {}

  @Command('POST', '', {
    access: { permission: 'services:write', of: inBody('businessId'), puts: inBody('locationIds') },
    summary: 'Offer a service',
    creates: ServiceView,
    refuses: REFUSES,
  })
  async createService(
    @Body() { overrides = [], ...body }: CreateServiceBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<ServiceView>> {
    const serviceId = idFor(context, 'service');
    const service = { ...DEFAULTS, ...body, overrides: overrides.map(overrideOf), serviceId };
    const outcome = await this.commands.send(new CreateService(service, context));
    return created(outcome, serviceView(outcome), `/services/${serviceId}`);
  }

  @Command('PUT', ':id', {
    access: { ...WRITE, puts: inBody('locationIds') },
    summary: 'Change what is given of a service',
    answers: ServiceView,
    refuses: REFUSES,
  })
  async changeService(
    @IdParam('id') id: Uuid,
    @Body() { overrides, ...body }: ChangeServiceBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<ServiceView>> {
    const change = { ...body, ...(overrides && { overrides: overrides.map(overrideOf) }) };
    const outcome = await this.commands.send(new ChangeService(id, change, context));
    return result(outcome, serviceView(outcome));
  }

  @Command('DELETE', ':id', {
    access: WRITE,
    summary: 'Offer a service no more; its bookings stay, and are named',
    answers: AffectedView,
  })
  async removeService(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<AffectedView>> {
    const outcome = await this.commands.execute(Service, id, { type: 'RemoveService', data: {} }, context);
    const { position, known } = outcome;
    const change = { businessId: known.businessId, position, context };
    return leaving(done(outcome), await this.affected.of({ serviceId: id }, change));
  }
}

const overrideOf = ({ resourceId, price = null, durationMinutes = null }: OverrideBody) => ({
  resourceId,
  price,
  durationMinutes,
});
