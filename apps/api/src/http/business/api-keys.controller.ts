import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiKeyQueries, type ApiKeyRow } from '@projections/business';
import type { Scope } from '@yoyaku/access';
import { ApiKey, MakeApiKey, RevokeApiKey } from '@yoyaku/business';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { KeySecrets } from '@yoyaku/identity';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import {
  Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  InScope,
  inBody,
  inQuery,
  ofThing,
  type Principal,
  Query,
  QueryString,
  User,
} from '../conventions';
import { ApiKeyBody, ApiKeysQuery } from './api-key.dto';
import { ApiKeyPage, ApiKeyView, apiKeyRow, apiKeyView, NewApiKeyView } from './api-key.views';

const ofKey = ofThing(ApiKey, 'id', 'api_key');

@ApiTags('API keys')
@Controller('auth/api-keys')
export class ApiKeysController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: ApiKeyQueries,
    private readonly secrets: KeySecrets,
  ) {}

  @Command('POST', '', {
    access: { permission: 'api_keys:write', of: inBody('businessId') },
    summary: 'A key with which a machine acts for a business; it is shown this once',
    description:
      'It may do no more than whoever makes it, now and whenever it is used. A repeat with the same `Idempotency-Key` ' +
      'makes no other: it is told the id of the key, but not the key again.',
    creates: NewApiKeyView,
    shownOnce: 'api_key.already_made',
    refuses: [
      'api_key.already_made',
      'api_key.expires_in_past',
      'api_key.forbidden',
      'api_key.too_many',
      'business.closed',
      'location.unknown',
      'member.forbidden',
    ],
  })
  async createApiKey(
    @Body() { businessId, name, permissions, locationIds = [], expiresAt = null }: ApiKeyBody,
    @User() { userId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<NewApiKeyView>> {
    const details = { name, permissions, locationIds, expiresAt };
    const { outcome, text } = await this.commands.send(new MakeApiKey(businessId, details, userId, context));
    const { status, body, headers } = created(outcome, apiKeyView(outcome), `/auth/api-keys/${outcome.id}`);
    return new Answer(status, { ...(body as ApiKeyView), key: text }, headers);
  }

  @Query('', {
    access: { permission: 'api_keys:read', of: inQuery('businessId') },
    summary: 'The keys of a business, without what machines send',
    answers: ApiKeyPage,
    reads: ['api-keys'],
  })
  async listApiKeys(
    @QueryString() { limit, cursor, sort, businessId }: ApiKeysQuery,
    @InScope() scope: Scope,
  ): Promise<ApiKeyPage> {
    const { items, nextCursor } = await this.queries.list(scope, { businessId }, { limit, cursor, sort });
    return { items: await this.views(items), nextCursor };
  }

  @Query(':id', {
    access: { permission: 'api_keys:read', of: ofKey },
    summary: 'A key, without what machines send',
    answers: ApiKeyView,
    reads: ['api-keys'],
  })
  async getApiKey(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<ApiKeyView> {
    const key = await this.queries.find(scope, id);
    if (!key) throw new DomainError('api_key.not_found');
    const [view] = await this.views([key]);
    return view as ApiKeyView;
  }

  @Command('DELETE', ':id', {
    access: { permission: 'api_keys:write', of: ofKey },
    summary: 'Revoke a key: it is refused from the next request on',
    description: 'By whoever made it, and by who may do all that it may.',
    refuses: ['api_key.may_do_more', 'member.forbidden'],
  })
  async revokeApiKey(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    return done(await this.commands.send(new RevokeApiKey(id, context)));
  }

  private async views(rows: readonly ApiKeyRow[]): Promise<ApiKeyView[]> {
    const used = await this.secrets.lastUsed(rows.map(({ id }) => id));
    return rows.map((row) => apiKeyRow(row, used.get(row.id)));
  }
}
