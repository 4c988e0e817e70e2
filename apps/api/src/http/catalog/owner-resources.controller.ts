import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UncoveredBookings } from '@yoyaku/booking';
import { ChangeResource, CreateResource, Resource } from '@yoyaku/catalog';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
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
import { ChangeResourceBody, CreateResourceBody } from './resource.dto';
import { ResourceView, resourceView } from './resource.views';

const WRITE: PermissionRule = { permission: 'resources:write', of: ofThing(Resource, 'id') };

@ApiTags('Resources')
@Controller('owner/resources')
export class OwnerResourcesController {
  constructor(
    private readonly commands: Commands,
    private readonly uncovered: UncoveredBookings,
  ) {}

  @Command('POST', '', {
    access: { permission: 'resources:write', of: inBody('businessId'), puts: inBody('locationId') },
    summary: 'Add somebody or something that services need',
    creates: ResourceView,
    refuses: ['business.closed', 'resource.unknown_member', 'resource.user_needs_staff'],
  })
  async createResource(
    @Body() body: CreateResourceBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<ResourceView>> {
    const resourceId = idFor(context, 'resource');
    const details = { description: null, capacity: 1, locationId: null, userId: null, ...body };
    const outcome = await this.commands.send(new CreateResource({ ...details, resourceId }, context));
    return created(outcome, resourceView(outcome), `/resources/${resourceId}`);
  }

  @Command('PUT', ':id', {
    access: { ...WRITE, puts: inBody('locationId') },
    summary: 'Change what is given of a resource',
    answers: ResourceView,
    refuses: ['business.closed', 'resource.unknown_member', 'resource.user_needs_staff'],
  })
  async changeResource(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeResourceBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<ResourceView>> {
    const outcome = await this.commands.send(new ChangeResource(id, { ...change }, context));
    return result(outcome, resourceView(outcome));
  }

  @Command('DELETE', ':id', {
    access: WRITE,
    summary: 'Take a resource out of use; its bookings stay, and are named',
    answers: AffectedView,
  })
  async removeResource(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<AffectedView>> {
    const outcome = await this.commands.execute(Resource, id, { type: 'RemoveResource', data: {} }, context);
    return leaving(done(outcome), await this.uncovered.of(id, context.at));
  }
}
