import { Injectable } from '@nestjs/common';
import { AggregateStore, type Load } from '@yoyaku/eventing';
import { type KnownUser, User, type UserState } from '../domain/user.decider';

/** What other contexts may know of users. */
@Injectable()
export class IdentityFacts {
  constructor(private readonly aggregates: AggregateStore) {}

  async user(id: string, load?: Load): Promise<UserState> {
    return (await this.aggregates.load(User, id, load)).state;
  }

  /** Throws `user.not_found`. */
  async known(id: string, load?: Load): Promise<KnownUser> {
    return (await this.aggregates.load(User, id, load)).known;
  }
}
