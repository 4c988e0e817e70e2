import { type EventCatalog, type Instant, type Message, plain, type Uuid } from '@yoyaku/kernel';

/** The category of the streams. */
export const API_KEY = 'apikey';

/** What a machine may do that has the key, where and until when. */
export interface ApiKeyDetails {
  /** By which people know it; it tells nothing personal. */
  readonly name: string;
  readonly permissions: readonly string[];
  /** The locations to which it is limited. Empty: those of whoever made it. */
  readonly locationIds: readonly Uuid[];
  /** From when on it is refused; `null`: only once it is revoked. */
  readonly expiresAt: Instant | null;
}

interface ApiKey {
  readonly keyId: Uuid;
  readonly businessId: Uuid;
}

export type ApiKeyEvent =
  /** `madeBy` is a user: the key can do no more than they can. */
  Message<'ApiKeyMade', ApiKey & ApiKeyDetails & { readonly madeBy: Uuid }> | Message<'ApiKeyRevoked', ApiKey>;

export const apiKeyEvents: EventCatalog<ApiKeyEvent> = {
  ApiKeyMade: plain,
  ApiKeyRevoked: plain,
};
