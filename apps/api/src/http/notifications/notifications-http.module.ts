import { Module } from '@nestjs/common';
import { NotificationQueries } from '@projections/notifications';
import { MessagesController } from './messages.controller';
import { NotificationsController } from './notifications.controller';
import { PreferencesController } from './preferences.controller';
import { Readers } from './readers';

@Module({
  controllers: [PreferencesController, MessagesController, NotificationsController],
  providers: [NotificationQueries, Readers],
})
export class NotificationsHttpModule {}
