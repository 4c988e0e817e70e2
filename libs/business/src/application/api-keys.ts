import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands, idFor, recheckRefusal, type Versioned } from '@yoyaku/eventing';
import { KeySecrets } from '@yoyaku/identity';
import { DomainError, type Instant, type Uuid } from '@yoyaku/kernel';
import { ApiKey, type ApiKeyState, type KnownApiKey } from '../domain/api-key.decider';
import type { ApiKeyDetails } from '../domain/api-key.events';
import { ensureOpenLocations } from '../domain/business.decider';
import { BusinessFacts } from './business-facts';
import { grantsOfActor } from './roles';

interface NewKey {
  readonly outcome: Versioned<ApiKeyState, KnownApiKey>;
  /** What the machine sends. It is kept nowhere, so nobody is told it again. */
  readonly text: string;
}

/**
 * Throws `api_key.forbidden` for what whoever makes it may not do themselves, `api_key.not_for_keys`,
 * `api_key.expires_in_past`, `api_key.too_many`, `location.unknown`, `business.closed`, `member.forbidden`.
 */
export class MakeApiKey extends Command<NewKey> {
  constructor(
    readonly businessId: Uuid,
    readonly details: ApiKeyDetails,
    readonly madeBy: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(MakeApiKey)
export class MakeApiKeyHandler implements ICommandHandler<MakeApiKey> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly facts: BusinessFacts,
    private readonly secrets: KeySecrets,
  ) {}

  async execute({ businessId, details, madeBy, context }: MakeApiKey): Promise<NewKey> {
    const keyId = idFor(context, 'api key');
    await recheckRefusal(async (load) => {
      const business = await this.facts.open(businessId, load);
      ensureOpenLocations(business, details.locationIds, 'locationIds');
    });
    const by = await recheckRefusal((load) => grantsOfActor(this.facts, businessId, context, load));
    const data = { key: { keyId, businessId, madeBy, ...details }, by, at: context.at };
    // Another process that took this over may have told its text already.
    await context.ensureOwned?.();
    // The secret comes first: a key that stands in the list can be used.
    const text = await this.issue(keyId, businessId, details.expiresAt);
    try {
      const outcome = await this.commands.execute(ApiKey, keyId, { type: 'MakeApiKey', data }, context, 'assumeEmpty');
      // A repeat may come after it was revoked.
      if (outcome.known.status === 'revoked') await this.secrets.destroy(keyId);
      return { outcome, text };
    } catch (error) {
      await this.secrets.withdraw(text);
      throw error;
    }
  }

  /** Where there are too many, those go first of which there is no key, because a process died half-way. */
  private async issue(keyId: Uuid, businessId: Uuid, expiresAt: Instant | null): Promise<string> {
    try {
      return await this.secrets.issue(keyId, businessId, expiresAt);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'api_key.too_many') throw error;
      for (const id of await this.secrets.counted(businessId)) {
        const { state } = await this.aggregates.load(ApiKey, id, 'requireLoad');
        if (state.status !== 'active') await this.secrets.destroy(id);
      }
      return this.secrets.issue(keyId, businessId, expiresAt);
    }
  }
}

/**
 * It is refused everywhere from the next request on. Throws `api_key.not_found`, `api_key.may_do_more` where somebody else
 * made it and it may do what the actor may not, `member.forbidden`.
 */
export class RevokeApiKey extends Command<Versioned<ApiKeyState, KnownApiKey>> {
  constructor(
    readonly keyId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** First the event, which `If-Match` may forbid; one who repeats the command ends what it did not come to. */
@CommandHandler(RevokeApiKey)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKey> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly facts: BusinessFacts,
    private readonly secrets: KeySecrets,
  ) {}

  async execute({ keyId, context }: RevokeApiKey): Promise<Versioned<ApiKeyState, KnownApiKey>> {
    const { businessId } = (await this.aggregates.load(ApiKey, keyId, 'requireLoad')).known;
    const by = await recheckRefusal((load) => grantsOfActor(this.facts, businessId, context, load));
    const data = { actorId: context.actor.id, by };
    const outcome = await this.commands.execute(ApiKey, keyId, { type: 'RevokeApiKey', data }, context);
    await this.secrets.destroy(keyId);
    return outcome;
  }
}
