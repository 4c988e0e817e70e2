import { Injectable } from '@nestjs/common';
import { AggregateStore, type LoadOptions } from '@yoyaku/eventing';
import { User, type UserState } from '../domain/user.decider';

/** What other contexts may know of users. */
@Injectable()
export class IdentityFacts {
  constructor(private readonly aggregates: AggregateStore) {}

  /** `fresh` reads what other processes appended first. */
  async user(id: string, options?: LoadOptions): Promise<UserState> {
    return (await this.aggregates.load(User, id, options)).state;
  }
}
