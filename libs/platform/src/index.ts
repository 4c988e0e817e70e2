export * from './audit/auditor';
export * from './audit/checkpoints';
export * from './audit/progress';
export * from './audit/proof';
export * from './audit/signing-key';
export * from './audit/witness';
