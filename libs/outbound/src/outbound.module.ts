import { type DynamicModule, Module } from '@nestjs/common';
import type { AddressRules } from './address-rules';
import { Outbound } from './outbound';

/** For whoever asks addresses that users name. */
@Module({})
export class OutboundModule {
  static forRoot(rules: AddressRules): DynamicModule {
    return {
      module: OutboundModule,
      global: true,
      providers: [{ provide: Outbound, useValue: new Outbound(rules) }],
      exports: [Outbound],
    };
  }
}
