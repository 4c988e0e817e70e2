import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { Controller, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditQueries, seesPeople } from '@projections/audit';
import type { Scope } from '@yoyaku/access';
import { aggregates } from '@yoyaku/composition';
import { AggregateStore, type CommandContext } from '@yoyaku/eventing';
import { instant, type Uuid } from '@yoyaku/kernel';
import { Auditor } from '@yoyaku/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  Answer,
  Ctx,
  Following,
  IdParam,
  InScope,
  ofEntity,
  type Principal,
  Problem,
  Query,
  QueryString,
  User,
} from '../conventions';
import { Disclosures } from './disclosures';
import { EntityIdParam } from './entity-id-param';
import { EventsQuery, StateQuery } from './history.dto';
import { ProofView, StateView } from './history.views';
import { SealedHistory } from './sealed-history';
import { StoredEvents } from './stored-events';

@ApiTags('Audit')
@Controller('audit')
export class HistoryController {
  constructor(
    private readonly events: StoredEvents,
    private readonly aggregateStore: AggregateStore,
    private readonly sealed: SealedHistory,
    private readonly auditor: Auditor,
    private readonly log: AuditQueries,
    private readonly following: Following,
    private readonly disclosures: Disclosures,
  ) {}

  @Query('events', {
    access: 'auditor',
    summary: 'Replay the stored events in order, a line of JSON each; go on from any position',
    streams: 'application/x-ndjson',
    refuses: ['audit.position_not_reached'],
  })
  async replayEvents(
    @QueryString() query: EventsQuery,
    @User() user: Principal,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) { raw }: FastifyReply,
  ): Promise<Answer<Readable>> {
    if (query.decrypt && user.role !== 'admin') throw new Problem(403, 'access.forbidden');
    await this.events.ensureReached(query);
    if (query.decrypt) await this.disclosures.record(query, context);
    const lines = this.events.lines(query, this.following.signalFor(request));
    return new Answer(200, Readable.from(answeredAtOnce(raw, lines)), { 'content-type': 'application/x-ndjson' });
  }

  @Query('entity/:entity/:entityId/state', {
    access: { permission: 'audit:read', of: ofEntity('entity'), or: 'auditor' },
    summary: 'What a thing was like at a moment, by the code that decides over it',
    answers: StateView,
    refuses: ['entity.not_there_yet'],
  })
  async getEntityState(
    @Param('entity') entity: string,
    @EntityIdParam() entityId: string,
    @QueryString() { at }: StateQuery,
    @InScope() scope: Scope,
  ): Promise<StateView> {
    const aggregate = aggregates.find(({ category }) => category === entity);
    if (!aggregate) throw new Problem(404, 'entity.not_found');
    const moment = instant(at);
    if ((await this.aggregateStore.load(aggregate, entityId)).revision < 0) throw new Problem(404, 'entity.not_found');
    const history = seesPeople(scope) ? this.aggregateStore : this.sealed.aggregates;
    const then = await history.loadAt(aggregate, entityId, moment);
    if (then.revision < 0) throw new Problem(404, 'entity.not_there_yet');
    const { state, revision, position } = then;
    return { entity, entityId, at: moment, revision, position: String(position), state };
  }

  @Query('proofs/:eventId', {
    access: 'auditor',
    summary: 'Proof that one event belongs to the history that was signed',
    answers: ProofView,
    reads: ['audit-log'],
    refuses: ['audit.not_yet_signed', 'event.not_found'],
  })
  async getEventProof(@IdParam('eventId') eventId: Uuid, @InScope() scope: Scope): Promise<ProofView> {
    const known = await this.log.find(scope, eventId);
    if (!known) throw new Problem(404, 'event.not_found');
    const proof = await this.auditor.prove(BigInt(known.position));
    const { event, from, checkpoint } = proof;
    return {
      ...proof,
      event: await this.events.view(event, false),
      from: { ...from, position: String(from.position) },
      checkpoint: { ...checkpoint, position: String(checkpoint.position) },
    };
  }
}

/** Sends the headers at once, because with `follow` the first event may take long to come. */
async function* answeredAtOnce(response: ServerResponse, lines: AsyncIterable<string>): AsyncGenerator<string> {
  response.flushHeaders();
  yield* lines;
}
