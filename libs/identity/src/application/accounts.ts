import { Injectable } from '@nestjs/common';
import { AggregateStore, KeyedNames, type Load } from '@yoyaku/eventing';
import { isKnown, type KnownUser, User } from '../domain/user.decider';
import { EmailReservation, emailId } from './email-reservation';

/** Finds who has registered with an e-mail address. */
@Injectable()
export class Accounts {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly names: KeyedNames,
  ) {}

  /** What an address is called in counts and logs: a keyed hash, the same however it is written. */
  nameOf(email: string): string {
    return emailId(this.names, email);
  }

  async findByEmail(email: string, load?: Load): Promise<KnownUser | undefined> {
    const reserved = await this.aggregates.load(EmailReservation, this.nameOf(email), load);
    if (!reserved.state.owner) return undefined;
    const { state } = await this.aggregates.load(User, reserved.state.owner, load);
    return isKnown(state) ? state : undefined;
  }
}
