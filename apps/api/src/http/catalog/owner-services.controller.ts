import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CatalogFacts, type KnownService, Service, Services } from '@yoyaku/catalog';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import {
  type Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  inBody,
  ofAggregate,
  type Principal,
  Rights,
  result,
  type Shown,
  User,
  versionOf,
} from '../conventions';
import { ChangeServiceBody, CreateServiceBody, type OverrideBody, ServiceView } from './service.dto';

const WRITE = { permission: 'services:write', tenant: ofAggregate(Service, 'id') };

/** Defaults of a service. */
const DEFAULTS = {
  description: null,
  category: null,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  capacity: 1,
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
    private readonly services: Services,
    private readonly commands: Commands,
    private readonly facts: CatalogFacts,
    private readonly rights: Rights,
  ) {}

  @Command('POST', '', {
    access: { permission: 'services:write', tenant: inBody('businessId') },
    summary: 'Offer a service',
    creates: ServiceView,
  })
  async createService(
    @Body() { overrides = [], ...body }: CreateServiceBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer> {
    await this.ensureMayOffer(user, body.businessId, body.locationIds ?? []);
    const serviceId = idFor(context, 'service');
    const service = { ...DEFAULTS, ...body, overrides: overrides.map(overrideOf), serviceId };
    const outcome = await this.services.create(service, context);
    return created(outcome, viewOf(outcome), `/services/${serviceId}`);
  }

  @Command('PUT', ':id', { access: WRITE, summary: 'Change what is given of a service', answers: ServiceView })
  async changeService(
    @IdParam('id') id: Uuid,
    @Body() { overrides, ...body }: ChangeServiceBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer> {
    const service = await this.facts.service(id);
    if (service.status !== 'none' && body.locationIds)
      await this.ensureMayOffer(user, service.businessId, body.locationIds);
    const change = { ...body, ...(overrides && { overrides: overrides.map(overrideOf) }) };
    const outcome = await this.services.change(id, change, context);
    return result(outcome, viewOf(outcome));
  }

  @Command('DELETE', ':id', { access: WRITE, summary: 'Offer a service no more; its bookings stay' })
  async removeService(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    return done(await this.commands.execute(Service, id, { type: 'RemoveService', data: {} }, context));
  }

  /** A service without locations is offered at all of them. */
  private ensureMayOffer(user: Principal, businessId: Uuid, locationIds: readonly Uuid[]): Promise<void> {
    return this.rights.ensureMayPut(user, 'services:write', businessId, { locationIds, path: 'locationIds' });
  }
}

const overrideOf = ({ resourceId, price = null, durationMinutes = null }: OverrideBody) => ({
  resourceId,
  price,
  durationMinutes,
});

function viewOf(outcome: Shown<KnownService>) {
  const { serviceId: _, status: __, ...service } = outcome.known;
  return { ...service, ...versionOf(outcome) };
}
