import { Controller, Delete, Get, HttpCode } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Sessions } from '@yoyaku/identity';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Access, IdParam, type Principal, User } from '../conventions';
import { SessionList } from './identity.body';

@ApiTags('Signing in')
@Controller('auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: Sessions) {}

  @Get()
  @Access('user')
  @ApiOperation({ summary: 'Where one is signed in' })
  @ApiOkResponse({ type: SessionList })
  async list(@User() { userId, sessionId }: Principal): Promise<SessionList> {
    const sessions = await this.sessions.list(userId);
    return { items: sessions.map((session) => ({ ...session, current: session.id === sessionId })) };
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('user')
  @ApiOperation({ summary: 'End a session of one’s own' })
  @ApiNoContentResponse()
  async end(@IdParam('id') id: Uuid, @User() { userId }: Principal): Promise<void> {
    if (!(await this.sessions.end(userId, id))) throw new DomainError('session.not_found');
  }
}
