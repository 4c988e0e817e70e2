import { Injectable } from '@nestjs/common';
import { AggregateStore, type CommandContext, Commands, KeyedNames, stepOf } from '@yoyaku/eventing';
import { IdentityFacts, isKnown } from '@yoyaku/identity';
import type { Uuid } from '@yoyaku/kernel';
import { Blocklist, type BlocklistCommand, listedWith } from '../domain/blocklist.decider';
import { Customer, isBlockedCustomer, isKnownCustomer, type KnownCustomer } from '../domain/customer.decider';
import { CustomerFacts } from './customer-facts';

interface Contacts {
  readonly email: string | null;
  readonly phone: string | null;
}

type Person = Pick<KnownCustomer, 'businessId' | 'userId' | 'email' | 'phone'>;

/**
 * A block meets the person, whoever they come as: another user, or another record of the business, with the same
 * e-mail address or phone number, also once the blocked record is erased. What is kept of them for that are keyed hashes.
 */
@Injectable()
export class Blocks {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly customers: CustomerFacts,
    private readonly identity: IdentityFacts,
    private readonly names: KeyedNames,
  ) {}

  /** Whether the business blocked this user. */
  async meetUser(businessId: Uuid, userId: Uuid): Promise<boolean> {
    if (await this.customers.isBlocked(businessId, userId)) return true;
    return this.meet(businessId, async () => {
      const customer = await this.customers.customerOf(businessId, userId);
      const { email = null, phone = null } = isKnownCustomer(customer) ? customer : {};
      return this.allMarks({ businessId, userId, email, phone });
    });
  }

  /** Whether the business blocked this customer. */
  async meetCustomer(customer: KnownCustomer): Promise<boolean> {
    return isBlockedCustomer(customer) || this.meet(customer.businessId, () => this.allMarks(customer));
  }

  /** Keeps the block of a customer who is blocked; of others it does nothing. */
  async keep(customer: KnownCustomer, context: CommandContext): Promise<void> {
    if (isBlockedCustomer(customer)) await this.execute('BlockPerson', customer, context);
  }

  /** Lifts the block of a person, whatever record of theirs it was put on. */
  lift(customer: KnownCustomer, context: CommandContext): Promise<void> {
    return this.execute('UnblockPerson', customer, context);
  }

  private async execute(type: BlocklistCommand['type'], customer: KnownCustomer, context: CommandContext) {
    const { businessId, customerId } = customer;
    const marks = await this.provenMarks(customer);
    const command = { type, data: { businessId, customerId, marks } } as const;
    await this.commands.execute(Blocklist, businessId, command, stepOf(context, type));
  }

  /**
   * The list says where to look; whether somebody is blocked, their own record says. So it does not matter that a block
   * and its end, given at once, may have reached the list in another order. Cached state may grant; what is refused was
   * looked up anew.
   */
  private async meet(businessId: Uuid, marksOf: () => Promise<readonly string[]>): Promise<boolean> {
    const { state } = await this.aggregates.load(Blocklist, businessId);
    // Nearly always: who blocks nobody need not know who comes.
    if (Object.keys(state.blocked).length === 0) return false;
    const marks = await marksOf();
    if (listedWith(state, marks).length === 0) return false;
    const { state: current } = await this.aggregates.load(Blocklist, businessId, 'requireLoad');
    for (const id of listedWith(current, marks)) {
      const record = await this.aggregates.load(Customer, id, 'requireLoad');
      if (isBlockedCustomer(record.state)) return true;
    }
    return false;
  }

  private async allMarks(person: Person): Promise<readonly string[]> {
    return [...this.marksOf(person.businessId, person), ...(await this.marksOfUser(person))];
  }

  /**
   * What is sure to be the person's own. Users write what they like into their profile, also somebody else's address,
   * who would then be blocked with them; of users only a verified address counts, and their phone, which always is.
   */
  private async provenMarks({ businessId, userId, ...contacts }: Person): Promise<readonly string[]> {
    if (userId === null) return this.marksOf(businessId, contacts);
    const user = await this.identity.user(userId);
    if (!isKnown(user)) return [];
    return this.marksOf(businessId, { email: user.emailVerified ? user.email : null, phone: user.phone });
  }

  private async marksOfUser({ businessId, userId }: Person): Promise<readonly string[]> {
    const user = userId && (await this.identity.user(userId));
    return user && isKnown(user) ? this.marksOf(businessId, user) : [];
  }

  /** Each business has hashes of its own: nobody can tell that two of them blocked the same person. */
  private marksOf(businessId: Uuid, { email, phone }: Contacts): readonly string[] {
    const known = { email: email && plainEmail(email), phone: phone && plainPhone(phone) };
    return Object.entries(known).flatMap(([kind, value]) =>
      value ? [this.names.of(`block:${businessId}:${kind}:${value}`)] : [],
    );
  }
}

const plainEmail = (email: string): string => email.trim().normalize('NFKC').toLowerCase();

/** Digits, with the plus before the country's code where it was given: what people put between them does not matter. */
const plainPhone = (phone: string): string => phone.normalize('NFKC').replace(/[^+\d]/g, '');
