import type { Readable } from 'node:stream';
import { Controller, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BusinessQueries } from '@projections/business';
import type { Scope } from '@yoyaku/access';
import type { Config } from '@yoyaku/composition';
import { type AccessClaims, StreamTickets } from '@yoyaku/identity';
import { Consistency } from '@yoyaku/projecting';
import type { FastifyRequest } from 'fastify';
import { InjectConfig } from '../../config';
import { asksForSocket } from '../../server/web-sockets';
import {
  type Answer,
  Command,
  Following,
  InScope,
  type Principal,
  Problem,
  Query,
  QueryString,
  SocketAnswer,
  serverSent,
  User,
} from '../conventions';
import { Rights } from '../conventions/access/rights';
import { Connections } from './connections';
import { closingOf, textOf } from './formats';
import { LiveQuery } from './live.dto';
import { LIVE_VIEWS, type LiveView, TicketView } from './live.views';
import { LiveFeed } from './live-feed';
import { Viewer } from './viewer';

/** How long somebody waits until it is known for which businesses they work. */
const PATIENCE = 2_000;

const FOLLOWED = {
  access: 'anybody',
  takesTicket: true,
  refuses: ['auth.ticket_invalid', 'business.not_found', 'live.too_many'],
} as const;

@ApiTags('Live updates')
@Controller()
export class LiveController {
  constructor(
    private readonly feed: LiveFeed,
    private readonly connections: Connections,
    private readonly following: Following,
    private readonly rights: Rights,
    private readonly businesses: BusinessQueries,
    private readonly consistency: Consistency,
    private readonly tickets: StreamTickets,
    @InjectConfig() private readonly config: Config,
  ) {}

  @Query('events/live', {
    ...FOLLOWED,
    summary: 'What changes, as server-sent events: bookings, free times and notifications that one may see',
    description:
      'Each event has the position of the change as its id: it says what to ask for anew, with that position as ' +
      '`X-Min-Position`. Whoever comes back with the last id as `Last-Event-ID` misses nothing; where too much has ' +
      'happened since, the event `resync` says so.',
    answers: LIVE_VIEWS,
    streams: 'text/event-stream',
  })
  async followEvents(
    @QueryString() query: LiveQuery,
    @User() user: Principal,
    @InScope() scope: Scope,
    @Req() request: FastifyRequest,
  ): Promise<Answer<Readable>> {
    return serverSent(await this.follow(query, user, scope, request), textOf);
  }

  @Query('ws', {
    ...FOLLOWED,
    summary: 'Follow changes over a WebSocket: the events of /events/live, each a message of JSON',
    streams: 'websocket',
    refuses: [...FOLLOWED.refuses, 'origin.forbidden', 'request.upgrade_required'],
  })
  async followEventsBySocket(
    @QueryString() query: LiveQuery,
    @User() user: Principal,
    @InScope() scope: Scope,
    @Req() request: FastifyRequest,
  ): Promise<Answer<Readable>> {
    if (!asksForSocket(request.raw)) {
      throw new Problem(426, 'request.upgrade_required', { headers: { upgrade: 'websocket', connection: 'upgrade' } });
    }
    if (!this.isOwnOrigin(request)) throw new Problem(403, 'origin.forbidden');
    return new SocketAnswer(await this.follow(query, user, scope, request), closingOf);
  }

  @Command('POST', 'events/ticket', {
    access: 'user',
    appends: false,
    isSecret: true,
    summary: 'A ticket that stands for the bearer token once, within 30 seconds',
    description: 'For browsers, whose `EventSource` and `WebSocket` can send no headers',
    answers: TicketView,
  })
  openTicket(@Req() { claims }: FastifyRequest): Promise<TicketView> {
    return this.tickets.issue(claims as AccessClaims);
  }

  private async follow(
    { businessId, lastEventId }: LiveQuery,
    user: Principal,
    scope: Scope,
    request: FastifyRequest,
  ): Promise<AsyncGenerator<LiveView>> {
    const signal = this.following.signalFor(request);
    this.connections.admit(request, signal);
    if (businessId !== undefined) await this.rights.ensureShown(businessId, request);
    // Who came to a business later is known from the events themselves.
    const reached = await this.consistency.waitFor(['businesses'], this.feed.position, { timeoutMs: PATIENCE });
    if (!reached) throw new Problem(503, 'projection.behind', { headers: { 'retry-after': '1' } });
    const theirs = new Set(user.key ? [user.key.businessId] : await this.businesses.ids(scope));
    const viewer = new Viewer(this.rights, user, request, theirs, businessId);
    // Browsers that come back by themselves ask for the same address, and name their last event in the header.
    const last = request.headers['last-event-id'] || lastEventId;
    return this.connections.read(this.feed.follow(viewer, last && String(last), signal), request, signal);
  }

  /** Only browsers name an origin. One of another site could otherwise follow in the name of who looks at its page. */
  private isOwnOrigin({ headers: { origin }, host }: FastifyRequest): boolean {
    if (origin === undefined || this.config.corsOrigins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }
}
