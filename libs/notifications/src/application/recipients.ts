import { Injectable } from '@nestjs/common';
import { CustomerFacts } from '@yoyaku/customers';
import { subjectOf } from '@yoyaku/eventing';
import { IdentityFacts, isKnown, type KnownUser } from '@yoyaku/identity';
import type { Uuid } from '@yoyaku/kernel';
import { type Language, languageOf } from '../templates/language';

/** Where somebody is reached now. */
export interface Recipient {
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly language: Language;
  /** The names of the keys of whose data a message to them holds. */
  readonly subjects: readonly string[];
  /** Who signs in, where that is known. */
  readonly user: KnownUser | null;
}

/** Whom a message is for, and the language unless they have their own. */
interface Addressed {
  readonly userId: Uuid | null;
  readonly customerId: Uuid | null;
  readonly locale: string;
}

/** Finds out where people are reached. It is asked when a message is written, so nobody erased is ever written to. */
@Injectable()
export class Recipients {
  constructor(
    private readonly users: IdentityFacts,
    private readonly customers: CustomerFacts,
  ) {}

  /** Null: there is nobody any more. */
  async find({ userId, customerId, locale }: Addressed): Promise<Recipient | null> {
    const user = userId ? await this.userOf(userId) : null;
    if (!customerId) {
      if (!user) return null;
      const subjects = [subjectOf('user', user.userId)];
      const { name, email } = user;
      return { name, email, phone: null, language: languageOf(user.locale, locale), subjects, user };
    }
    const customer = await this.customers.customer(customerId, 'requireLoad');
    if (!('name' in customer) || customer.status === 'removed') return null;
    const subjects = [subjectOf('customer', customerId), ...(userId ? [subjectOf('user', userId)] : [])];
    const { name, email, phone } = customer;
    return { name, email, phone, language: languageOf(customer.locale, locale), subjects, user };
  }

  private async userOf(userId: Uuid): Promise<KnownUser | null> {
    const user = await this.users.user(userId, 'requireLoad');
    return isKnown(user) && user.status === 'active' ? user : null;
  }
}
