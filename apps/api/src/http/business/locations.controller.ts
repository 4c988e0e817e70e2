import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Business, type BusinessCommand, type BusinessState, type KnownBusiness } from '@yoyaku/business';
import { type CommandContext, Commands, idFor, type Versioned } from '@yoyaku/eventing';
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
  inPath,
  leaving,
  naming,
  type PermissionRule,
  result,
} from '../conventions';
import { AddLocationBody, ChangeLocationBody } from './business.dto';
import { ChangedLocationView, LocationView, locationView } from './business.views';

const ADD: PermissionRule = { permission: 'locations:write', of: inPath('id') };
const WRITE = { ...ADD, at: inPath('locationId') };

@ApiTags('Locations')
@Controller('owner/businesses/:id/locations')
export class LocationsController {
  constructor(
    private readonly commands: Commands,
    private readonly affected: AffectedBookings,
  ) {}

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
    const location = {
      address: null,
      phone: null,
      coordinates: null,
      timeZone: null,
      hours: null,
      ...details,
      locationId,
    };
    const outcome = await this.execute(id, { type: 'AddLocation', data: location }, context);
    return created(outcome, locationView(outcome, locationId), `/businesses/${id}/locations/${locationId}`);
  }

  @Command('PUT', ':locationId', {
    access: WRITE,
    summary: 'Change what is given of a location; what is booked stays, and is named where its hours leave it out',
    answers: ChangedLocationView,
    refuses: ['business.closed', 'hours.overlap'],
  })
  async changeLocation(
    @IdParam('id') id: Uuid,
    @IdParam('locationId') locationId: Uuid,
    @Body() details: ChangeLocationBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<ChangedLocationView>> {
    const outcome = await this.execute(id, { type: 'ChangeLocation', data: { ...details, locationId } }, context);
    const { known, position } = outcome;
    const change = { businessId: id, position, context };
    const affected = await this.affected.byOpening(known, change, { locationId });
    return naming(result(outcome, locationView(outcome, locationId)), affected);
  }

  @Command('DELETE', ':locationId', {
    access: WRITE,
    summary: 'Close a location; what is booked there stays, and is named',
    answers: AffectedView,
    refuses: ['business.closed'],
  })
  async closeLocation(
    @IdParam('id') id: Uuid,
    @IdParam('locationId') locationId: Uuid,
    @Ctx() context: CommandContext,
  ): Promise<Answer<AffectedView>> {
    const outcome = await this.execute(id, { type: 'CloseLocation', data: { locationId } }, context);
    const { position } = outcome;
    return leaving(done(outcome), await this.affected.of({ locationId }, { businessId: id, position, context }));
  }

  private execute(
    id: Uuid,
    command: BusinessCommand,
    context: CommandContext,
  ): Promise<Versioned<BusinessState, KnownBusiness>> {
    return this.commands.execute(Business, id, command, context);
  }
}
