import { Module } from '@nestjs/common';
import { BookingModule } from '@yoyaku/booking';
import { BusinessModule } from '@yoyaku/business';
import { CatalogModule } from '@yoyaku/catalog';
import { CustomersModule } from '@yoyaku/customers';
import { Pool } from 'pg';
import { BookingsToTell } from './application/booking-facts';
import { MessageWriter } from './application/message-writer';
import { Notifier } from './application/notifier';
import { PeopleOfBookings } from './application/people-of-bookings';
import { Recipients } from './application/recipients';
import { MessageSender } from './application/send-messages';
import { SeriesToTell } from './application/series-facts';
import { NotificationsOptions } from './notifications.options';
import { notificationsJobHandlers } from './reactions';
import { Outbox } from './sending/outbox';
import { MailPort, SmsPort } from './sending/ports';
import { mailPortOf, smsPortOf } from './sending/providers';
import { SendingTurns } from './sending/turns';

type Options = NotificationsOptions;

/** Writes and sends messages. */
@Module({
  imports: [BookingModule, BusinessModule, CatalogModule, CustomersModule],
  providers: [
    BookingsToTell,
    MessageSender,
    MessageWriter,
    Notifier,
    PeopleOfBookings,
    Recipients,
    SeriesToTell,
    {
      provide: MailPort,
      useFactory: ({ sending }: Options, outbox: Outbox) => mailPortOf(sending, outbox),
      inject: [NotificationsOptions, Outbox],
    },
    {
      provide: SmsPort,
      useFactory: ({ sending }: Options, outbox: Outbox) => smsPortOf(sending, outbox),
      inject: [NotificationsOptions, Outbox],
    },
    {
      provide: SendingTurns,
      useFactory: ({ sending }: Options, pool: Pool) => new SendingTurns(pool, sending.perMinute),
      inject: [NotificationsOptions, Pool],
    },
    ...notificationsJobHandlers,
  ],
  exports: [Notifier, ...notificationsJobHandlers],
})
export class SendingModule {}
