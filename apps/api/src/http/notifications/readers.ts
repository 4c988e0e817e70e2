import { Injectable } from '@nestjs/common';
import { IdentityFacts, isKnown } from '@yoyaku/identity';
import type { Uuid } from '@yoyaku/kernel';
import { type Language, languageOf } from '@yoyaku/notifications';

/** In which language somebody is told something. */
@Injectable()
export class Readers {
  constructor(private readonly users: IdentityFacts) {}

  async languageOf(userId: Uuid): Promise<Language> {
    const user = await this.users.user(userId);
    return languageOf(isKnown(user) ? user.locale : null);
  }
}
