import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { EndSession, Sessions } from '@yoyaku/identity';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Command, Ctx, IdParam, type Principal, Query, User } from '../conventions';
import { SessionList } from './identity.views';

@ApiTags('Sessions')
@Controller('auth/sessions')
export class SessionsController {
  constructor(
    private readonly commands: Commands,
    private readonly sessions: Sessions,
  ) {}

  @Query('', { access: 'user', summary: 'Where one is signed in', answers: SessionList })
  async listSessions(@User() { userId, sessionId }: Principal): Promise<SessionList> {
    const sessions = await this.sessions.list(userId);
    return { items: sessions.map((session) => ({ ...session, current: session.id === sessionId })) };
  }

  @Command('DELETE', ':id', {
    access: 'user',
    appends: false,
    summary: 'End a session of one’s own',
    refuses: ['session.not_found'],
  })
  async endSession(
    @IdParam('id') id: Uuid,
    @User() { userId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<void> {
    const hadIt = await this.commands.send(new EndSession(userId, id, context));
    if (!hadIt) throw new DomainError('session.not_found');
  }
}
