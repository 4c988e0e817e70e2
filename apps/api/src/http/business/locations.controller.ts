import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Business, type BusinessCommand, type BusinessState, type KnownBusiness } from '@yoyaku/business';
import { type CommandContext, Commands, idFor, type Versioned } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Answer, Command, Ctx, created, done, IdParam, inPath, type PermissionRule, result } from '../conventions';
import { AddLocationBody, ChangeLocationBody } from './business.dto';
import { LocationView, locationView } from './business.views';

const ADD: PermissionRule = { permission: 'locations:write', of: inPath('id') };
const WRITE = { ...ADD, at: inPath('locationId') };

@ApiTags('Locations')
@Controller('owner/businesses/:id/locations')
export class LocationsController {
  constructor(private readonly commands: Commands) {}

  @Command('POST', '', {
    access: ADD,
    summary: 'Add a location',
    creates: LocationView,
    refuses: ['business.closed', 'hours.overlap', 'location.too_many'],
  })
  async addLocation(
    @IdParam('id') id: Uuid,
    @Body() details: AddLocationBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<LocationView>> {
    const locationId = idFor(context, 'location');
    const location = { address: null, phone: null, timeZone: null, hours: null, ...details, locationId };
    const outcome = await this.execute(id, { type: 'AddLocation', data: location }, context);
    return created(outcome, locationView(outcome, locationId), `/businesses/${id}/locations/${locationId}`);
  }

  @Command('PUT', ':locationId', {
    access: WRITE,
    summary: 'Change what is given of a location',
    answers: LocationView,
    refuses: ['business.closed', 'hours.overlap'],
  })
  async changeLocation(
    @IdParam('id') id: Uuid,
    @IdParam('locationId') locationId: Uuid,
    @Body() change: ChangeLocationBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<LocationView>> {
    const outcome = await this.execute(id, { type: 'ChangeLocation', data: { ...change, locationId } }, context);
    return result(outcome, locationView(outcome, locationId));
  }

  @Command('DELETE', ':locationId', { access: WRITE, summary: 'Close a location', refuses: ['business.closed'] })
  async closeLocation(
    @IdParam('id') id: Uuid,
    @IdParam('locationId') locationId: Uuid,
    @Ctx() context: CommandContext,
  ): Promise<Answer> {
    return done(await this.execute(id, { type: 'CloseLocation', data: { locationId } }, context));
  }

  private execute(
    id: Uuid,
    command: BusinessCommand,
    context: CommandContext,
  ): Promise<Versioned<BusinessState, KnownBusiness>> {
    return this.commands.execute(Business, id, command, context);
  }
}
