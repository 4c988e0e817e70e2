import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BusinessFacts, isKnownBusiness } from '@yoyaku/business';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { DomainError } from '@yoyaku/kernel';
import { Announcement } from '@yoyaku/notifications';
import { Answer, Command, Ctx, result } from '../conventions';
import { AnnouncementBody } from './notifications.dto';
import { AnnouncementView } from './notifications.views';

@ApiTags('Notifications')
@Controller('admin/announcements')
export class AnnouncementsController {
  constructor(
    private readonly commands: Commands,
    private readonly businesses: BusinessFacts,
  ) {}

  @Command('POST', '', {
    access: 'admin',
    summary: 'Tell all users something, or all people of a business',
    description: 'Each is told once, by a notification of their own; that goes on after the answer',
    starts: AnnouncementView,
    refuses: ['business.not_found'],
  })
  async makeAnnouncement(
    @Body() { businessId: named, title, message }: AnnouncementBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<AnnouncementView>> {
    const businessId = named ?? null;
    const isUnknown = businessId && !isKnownBusiness(await this.businesses.business(businessId, 'requireLoad'));
    if (isUnknown) throw new DomainError('business.not_found', { path: 'businessId' });
    const announcementId = idFor(context, 'announcement');
    const data = { announcementId, businessId, title, message };
    const outcome = await this.commands.execute(
      Announcement,
      announcementId,
      { type: 'MakeAnnouncement', data },
      context,
    );
    const view = { id: announcementId, businessId, title, message };
    return new Answer(202, view, result(outcome, view).headers);
  }
}
