export { AddressRules, readOutbound } from './address-rules';
export { type Limits, NoAnswer, Outbound, REASONS, type Reason } from './outbound';
export { OutboundModule } from './outbound.module';
