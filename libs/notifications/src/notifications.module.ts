import { type DynamicModule, Module } from '@nestjs/common';
import { CodeMessages } from '@yoyaku/identity';
import { Pool } from 'pg';
import { AccountCodes } from './application/account-codes';
import { NotificationsOptions } from './notifications.options';
import { Outbox } from './sending/outbox';

/** Messages to people: who asks for one finds here how. Reactors send them, with `SendingModule`. */
@Module({})
export class NotificationsModule {
  static forRoot(options: NotificationsOptions): DynamicModule {
    const published = [
      { provide: NotificationsOptions, useValue: options },
      { provide: CodeMessages, useClass: AccountCodes },
      { provide: Outbox, useFactory: (pool: Pool) => new Outbox(pool), inject: [Pool] },
    ];
    return { module: NotificationsModule, global: true, providers: published, exports: published };
  }
}
