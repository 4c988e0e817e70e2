export * from './audit/auditor';
export * from './audit/checkpoints';
export * from './audit/progress';
export * from './audit/proof';
export * from './audit/signing-key';
export * from './audit/verification-runner';
export * from './audit/verifications';
export * from './audit/witness';
