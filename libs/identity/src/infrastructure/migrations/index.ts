import { Identity1790000001000 } from './1790000001000-identity';
import { RefreshLeeway1790000052000 } from './1790000052000-refresh-leeway';
import { ForgetUser1790000060000 } from './1790000060000-forget-user';
import { PhoneCodes1790000081000 } from './1790000081000-phone-codes';
import { StreamTickets1790000082000 } from './1790000082000-stream-tickets';
import { ApiKeys1790000090000 } from './1790000090000-api-keys';
import { ApiKeysMade1790000093000 } from './1790000093000-api-keys-made';

/** Of passwords, sessions, codes and keys. */
export const migrations = [
  Identity1790000001000,
  RefreshLeeway1790000052000,
  ForgetUser1790000060000,
  PhoneCodes1790000081000,
  StreamTickets1790000082000,
  ApiKeys1790000090000,
  ApiKeysMade1790000093000,
];
