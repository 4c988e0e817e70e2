import { Injectable } from '@nestjs/common';
import { AggregateStore, type Load } from '@yoyaku/eventing';
import { User, type UserState } from '../domain/user.decider';

/** What other contexts may know of users. */
@Injectable()
export class IdentityFacts {
  constructor(private readonly aggregates: AggregateStore) {}

  async user(id: string, load?: Load): Promise<UserState> {
    return (await this.aggregates.load(User, id, load)).state;
  }
}
