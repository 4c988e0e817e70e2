import { Disclosure } from './disclosure/disclosure.decider';

export * from './audit/auditor';
export * from './audit/checkpoints';
export * from './audit/difference';
export * from './audit/differences';
export * from './audit/history-mark';
export * from './audit/progress';
export * from './audit/proof';
export * from './audit/signing-key';
export * from './audit/verification-runner';
export * from './audit/verifications';
export * from './audit/verify-history';
export * from './audit/witness';
export * from './disclosure/disclosure.decider';
export type { DisclosureEvent } from './disclosure/disclosure.events';
export { migrations as platformMigrations } from './migrations';

/** Every aggregate of this context. */
export const aggregates = [Disclosure];
