import { Injectable } from '@nestjs/common';
import { CustomerFacts } from '@yoyaku/customers';
import { subjectOf } from '@yoyaku/eventing';
import { Accounts, IdentityFacts, isKnown, type KnownUser, PhoneCodes } from '@yoyaku/identity';
import type { Uuid } from '@yoyaku/kernel';
import { CODE_KINDS } from '../domain/kinds';
import type { Notice } from '../domain/notice';
import { NotificationsOptions } from '../notifications.options';
import { type Language, languageOf } from '../templates/language';

/** Where somebody is reached now. */
export interface Recipient {
  readonly name: string | null;
  readonly email: string | null;
  /** Of who agreed to text messages, or asked for this one. */
  readonly phone: string | null;
  readonly language: Language;
  /** The names of the keys of whose data a message to them holds. */
  readonly subjects: readonly string[];
  /** Who signs in, where that is known. */
  readonly user: KnownUser | null;
}

/** Whom a message is for, and the language unless they have their own. */
interface Addressed {
  readonly notificationId: Uuid;
  readonly userId: Uuid | null;
  readonly customerId: Uuid | null;
  readonly locale: string;
  readonly notice: Notice;
}

/** Finds out where people are reached. It is asked when a message is written, so nobody erased is ever written to. */
@Injectable()
export class Recipients {
  constructor(
    private readonly users: IdentityFacts,
    private readonly accounts: Accounts,
    private readonly phoneCodes: PhoneCodes,
    private readonly customers: CustomerFacts,
    private readonly options: NotificationsOptions,
  ) {}

  /** Null: there is nobody any more. */
  async find({ notificationId, userId, customerId, locale, notice }: Addressed): Promise<Recipient | null> {
    if (notice.kind === 'phone_code') return this.ofPhoneCode(notificationId, locale);
    if (!customerId) {
      const user = userId && (await this.userOf(userId));
      if (!user) return null;
      const subjects = [subjectOf('user', user.userId)];
      return { ...this.mailOf(user, notice), phone: null, language: languageOf(user.locale, locale), subjects, user };
    }
    const customer = await this.customers.customer(customerId, 'requireLoad');
    if (!('name' in customer) || customer.status === 'removed') return null;
    const accountId = customer.userId ?? userId;
    const user = accountId ? await this.userOf(accountId) : null;
    const subjects = [subjectOf('customer', customerId), ...(accountId ? [subjectOf('user', accountId)] : [])];
    const phone = customer.consents.includes('sms') ? customer.phone : null;
    const language = languageOf(customer.locale, locale);
    if (!accountId) return { name: customer.name, email: customer.email, phone, language, subjects, user };
    // Who has an account may write any address into the business's record of them.
    const { name, email } = user ? this.mailOf(user, notice) : NOWHERE;
    return { name: name && customer.name, email, phone, language, subjects, user };
  }

  /** Whoever has the phone: it may be nobody's here. */
  private async ofPhoneCode(messageId: Uuid, locale: string): Promise<Recipient | null> {
    const sent = await this.phoneCodes.sentBy(messageId);
    if (!sent) return null;
    const user = (await this.accounts.findByPhone(sent.phone)) ?? null;
    const subjects = user ? [subjectOf('user', user.userId)] : [];
    return { name: null, email: null, phone: sent.phone, language: languageOf(locale), subjects, user };
  }

  /** The account's address; with the name only where it has proved to be theirs, because others may have entered both. */
  private mailOf({ name, email, emailVerified }: KnownUser, { kind }: Notice): Pick<Recipient, 'name' | 'email'> {
    if (emailVerified) return { name, email };
    const isWritten = !this.options.requireVerifiedEmail || CODE_KINDS.includes(kind);
    return isWritten ? { name: null, email } : NOWHERE;
  }

  private async userOf(userId: Uuid): Promise<KnownUser | null> {
    const user = await this.users.user(userId, 'requireLoad');
    return isKnown(user) && user.status === 'active' ? user : null;
  }
}

const NOWHERE = { name: null, email: null } as const;
