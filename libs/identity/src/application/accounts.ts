import { Injectable } from '@nestjs/common';
import { AggregateStore, type CommandContext, Commands, KeyedNames, type Load, stepOf } from '@yoyaku/eventing';
import { DomainError, type Instant, type Uuid } from '@yoyaku/kernel';
import { isKnown, type KnownUser, User } from '../domain/user.decider';
import { EMAIL, type LoginName, type NameKind, PHONE, USERNAME } from './sign-in-names';

/** Finds who signs in by a name, and sees to it that nobody else does. */
@Injectable()
export class Accounts {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly commands: Commands,
    private readonly names: KeyedNames,
  ) {}

  /** What a name is called in counts and logs: a keyed hash, the same however it is written. */
  nameOf(name: string, kind: NameKind = EMAIL): string {
    return this.names.of(`${kind.reservation.category}:${kind.canonical(name)}`);
  }

  findByEmail(email: string, load?: Load): Promise<KnownUser | undefined> {
    return this.find(EMAIL, email, load);
  }

  /** @param phone in E.164 */
  findByPhone(phone: string, load?: Load): Promise<KnownUser | undefined> {
    return this.find(PHONE, phone, load);
  }

  findByLogin(name: LoginName): Promise<KnownUser | undefined> {
    return 'email' in name ? this.find(EMAIL, name.email) : this.find(USERNAME, name.username);
  }

  /** What tries to sign in are counted by: the account, by whichever of its names it is called; of nobody's, the name. */
  async countedBy(name: LoginName): Promise<string> {
    const user = await this.findByLogin(name);
    return user?.userId ?? ('email' in name ? this.nameOf(name.email) : this.nameOf(name.username, USERNAME));
  }

  private async find(kind: NameKind, name: string, load?: Load): Promise<KnownUser | undefined> {
    const reserved = await this.aggregates.load(kind.reservation, this.nameOf(name, kind), load);
    if (!reserved.state.owner) return undefined;
    const { state } = await this.aggregates.load(User, reserved.state.owner, load);
    return isKnown(state) && kind.isTheirs(state, kind.canonical(name)) ? state : undefined;
  }

  /**
   * Reserves a name for a user, who may not be there yet. Of many who come at once the first one gets it, the others are
   * told that it is taken. One that is reserved for somebody whose it is not any more is taken over: of a registration
   * that died, which is closed for good first, so that it cannot be completed later; of an erased user; and of who gave it
   * up, as its kind says.
   */
  async reserve(kind: NameKind, name: string, owner: Uuid, context: CommandContext): Promise<void> {
    const id = this.nameOf(name, kind);
    const { category } = kind.reservation;
    try {
      await this.execute(kind, id, 'ReserveName', owner, stepOf(context, `reserve ${category}`));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { state, updatedAt } = await this.aggregates.load(kind.reservation, id, 'requireLoad');
      if (!state.owner || !updatedAt) throw error;
      if (!(await this.givesUp(kind, name, state.owner, updatedAt, context)))
        throw new DomainError(error.code, { path: category });
      await this.execute(kind, id, 'ReleaseName', state.owner, stepOf(context, `release taken ${category}`));
      await this.execute(kind, id, 'ReserveName', owner, stepOf(context, `reserve released ${category}`));
    }
  }

  /** Whether a name that is reserved for somebody may be another's; theirs it cannot become any more then. */
  private async givesUp(
    kind: NameKind,
    name: string,
    owner: Uuid,
    reservedAt: Instant,
    context: CommandContext,
  ): Promise<boolean> {
    const { state } = await this.aggregates.load(User, owner, 'requireLoad');
    if (isKnown(state)) {
      return (
        !kind.isTheirs(state, kind.canonical(name)) && kind.isFree(state, kind.canonical(name), reservedAt, context.at)
      );
    }
    const abandon = { type: 'AbandonRegistration', data: { userId: owner } } as const;
    try {
      await this.commands.execute(User, owner, abandon, stepOf(context, `abandon ${kind.reservation.category}`));
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }

  /** Lets another have the name. Of a name that is another's by now it does nothing. */
  async release(kind: NameKind, name: string, owner: Uuid, context: CommandContext): Promise<void> {
    const step = stepOf(context, `release ${kind.reservation.category}`);
    await this.execute(kind, this.nameOf(name, kind), 'ReleaseName', owner, step);
  }

  private execute(
    { reservation }: NameKind,
    id: string,
    type: 'ReserveName' | 'ReleaseName',
    owner: Uuid,
    context: CommandContext,
  ) {
    return this.commands.execute(reservation, id, { type, data: { owner } }, context);
  }
}
