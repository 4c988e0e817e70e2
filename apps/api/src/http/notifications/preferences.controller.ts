import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AggregateStore, type CommandContext, Commands } from '@yoyaku/eventing';
import { CHOSEN_CHANNELS, channelsOf, OPTIONAL_KINDS, type Preference, Preferences } from '@yoyaku/notifications';
import { type Answer, Command, Ctx, type Principal, partOf, Query, result, User } from '../conventions';
import { PreferencesBody } from './notifications.dto';
import { PreferencesView } from './notifications.views';

/** By which channels somebody is told what. */
@ApiTags('Notifications')
@Controller('notifications/preferences')
export class PreferencesController {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
  ) {}

  @Query('', { access: 'user', summary: 'By which channels one’s notifications come', answers: PreferencesView })
  async getPreferences(@User() { userId }: Principal): Promise<Answer<PreferencesView>> {
    const { revision, state } = await this.aggregates.load(Preferences, userId, 'requireLoad');
    return partOf({ revision }, viewOf(state.preferences));
  }

  @Command('PUT', '', {
    access: 'user',
    summary: 'Choose by which channels notifications come',
    answers: PreferencesView,
  })
  async setPreferences(
    @Body() { items }: PreferencesBody,
    @User() { userId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<PreferencesView>> {
    const preferences = items.flatMap(({ kind, channels }) =>
      CHOSEN_CHANNELS.map((channel) => ({ kind, channel, enabled: channels.includes(channel) })),
    );
    const command = { type: 'SetPreferences', data: { userId, preferences } } as const;
    const outcome = await this.commands.execute(Preferences, userId, command, context);
    return result(outcome, viewOf(outcome.state.preferences));
  }
}

const viewOf = (preferences: readonly Preference[]): PreferencesView => ({
  items: OPTIONAL_KINDS.map((kind) => ({ kind, channels: [...channelsOf(kind, preferences)] })),
});
