import { Injectable } from '@nestjs/common';
import { IdentityFacts, isKnown } from '@yoyaku/identity';
import { DomainError } from '@yoyaku/kernel';
import type { Principal } from '../conventions';
import { UserView } from './identity.dto';

/** What the signed-in user is shown of themselves. */
@Injectable()
export class CurrentUser {
  constructor(private readonly users: IdentityFacts) {}

  async view({ userId }: Principal): Promise<UserView> {
    const user = await this.users.user(userId);
    if (!isKnown(user)) throw new DomainError('user.not_found');
    return new UserView(user);
  }
}
