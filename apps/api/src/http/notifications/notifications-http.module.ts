import { Module } from '@nestjs/common';
import { NotificationQueries } from '@projections/notifications';
import { MessagesController } from './messages.controller';
import { NotificationsController } from './notifications.controller';
import { OutboxController } from './outbox.controller';
import { PreferencesController } from './preferences.controller';
import { Readers } from './readers';

@Module({
  controllers: [OutboxController, PreferencesController, MessagesController, NotificationsController],
  providers: [NotificationQueries, Readers],
})
export class NotificationsHttpModule {}
