export * from './audit/auditor';
export * from './audit/checkpoints';
export * from './audit/proof';
export * from './audit/signing-key';
