import { Injectable } from '@nestjs/common';
import { AggregateStore, type Versioned } from '@yoyaku/eventing';
import { type KnownUser, User, type UserState } from '@yoyaku/identity';
import type { Uuid } from '@yoyaku/kernel';
import type { Principal } from '../conventions';
import type { AccountView, UserView } from './identity.views';
import { accountView, userView } from './identity.views';

/** What the signed-in user is shown of themselves. */
@Injectable()
export class CurrentUser {
  constructor(private readonly aggregates: AggregateStore) {}

  async view({ userId }: Principal): Promise<UserView> {
    return userView(await this.load(userId));
  }

  async account({ userId }: Principal): Promise<AccountView> {
    return accountView((await this.load(userId)).known);
  }

  /** No read model is asked, so this is what stands in the stream, whichever process changed it last. */
  private load(userId: Uuid): Promise<Versioned<UserState, KnownUser>> {
    return this.aggregates.load(User, userId, 'requireLoad');
  }
}
