import { Http1790000002000 } from './1790000002000-http';
import { AuditCheckpoints1790000003000 } from './1790000003000-audit-checkpoints';
import { AuditVerifications1790000004000 } from './1790000004000-audit-verifications';
import { IdempotentCommands1790000040000 } from './1790000040000-idempotent-commands';
import { ForgottenAnswers1790000045000 } from './1790000045000-forgotten-answers';
import { CanonicalRequests1790000051000 } from './1790000051000-canonical-requests';
import { ForgetAnswersOnly1790000060500 } from './1790000060500-forget-answers-only';

/** Of answers that are kept for repeated requests, of counted requests, and of the audit. */
export const migrations = [
  Http1790000002000,
  AuditCheckpoints1790000003000,
  AuditVerifications1790000004000,
  IdempotentCommands1790000040000,
  ForgottenAnswers1790000045000,
  CanonicalRequests1790000051000,
  ForgetAnswersOnly1790000060500,
];
