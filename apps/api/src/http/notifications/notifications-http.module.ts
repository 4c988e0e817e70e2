import { Module } from '@nestjs/common';
import { NotificationQueries } from '@projections/notifications';
import { BusinessModule } from '@yoyaku/business';
import { AnnouncementsController } from './announcements.controller';
import { MessagesController } from './messages.controller';
import { NotificationsController } from './notifications.controller';
import { OutboxController } from './outbox.controller';
import { PreferencesController } from './preferences.controller';
import { Readers } from './readers';

@Module({
  imports: [BusinessModule],
  controllers: [
    AnnouncementsController,
    OutboxController,
    PreferencesController,
    MessagesController,
    NotificationsController,
  ],
  providers: [NotificationQueries, Readers],
})
export class NotificationsHttpModule {}
