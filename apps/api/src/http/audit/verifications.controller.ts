import type { Readable } from 'node:stream';
import { Body, Controller, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Uuid } from '@yoyaku/kernel';
import { Auditor, reportOf, type Verification, Verifications, type VerifiedFrom } from '@yoyaku/platform';
import type { FastifyRequest } from 'fastify';
import {
  Answer,
  Command,
  Following,
  IdParam,
  type Principal,
  Query,
  QueryString,
  serverSent,
  User,
} from '../conventions';
import { VerificationBody } from './verification.dto';
import { AuditView, VerificationProgress, VerificationView } from './verification.views';

/** If more events than this are signed, a verification runs in the background: it takes more than some seconds. */
const AT_ONCE = 100_000;

/** Proof that history is what was appended. Auditors may request it, because it changes nothing in a business. */
@ApiTags('Verifications')
@Controller('audit')
export class VerificationsController {
  constructor(
    private readonly auditor: Auditor,
    private readonly verifications: Verifications,
    private readonly following: Following,
  ) {}

  @Query('verify', {
    access: 'auditor',
    summary: 'Hold history against its hash chains, the signed checkpoints and the audit log',
    description: `A history of more than ${AT_ONCE.toLocaleString('en')} events is verified by a verification of its own: 202.`,
    answers: AuditView,
    starts: VerificationView,
    reads: ['audit-log'],
  })
  async verifyHistory(
    @QueryString() { from = 'start' }: VerificationBody,
    @User() { userId }: Principal,
  ): Promise<AuditView | Answer<VerificationView>> {
    const signed = from === 'start' ? await this.auditor.lastSigned() : undefined;
    if (signed && signed.events > AT_ONCE) return this.start(from, userId);
    return reportOf(await this.auditor.verify({ fromLastCheckpoint: from === 'checkpoint' }));
  }

  @Command('POST', 'verifications', {
    access: 'auditor',
    appends: false,
    summary: 'Verify history, however long that takes; who asks while one runs gets that one',
    starts: VerificationView,
  })
  requestVerification(
    @Body() { from = 'start' }: VerificationBody,
    @User() { userId }: Principal,
  ): Promise<Answer<VerificationView>> {
    return this.start(from, userId);
  }

  @Query('verifications/:id', {
    access: 'auditor',
    summary: 'How a verification goes, and what it found',
    answers: VerificationView,
    refuses: ['audit.verification_not_found'],
  })
  async getVerification(@IdParam('id') id: Uuid): Promise<VerificationView> {
    return viewOf(await this.verifications.get(id));
  }

  @Query('verifications/:id/progress', {
    access: 'auditor',
    summary: 'Progress of a verification, as server-sent events, to its end',
    answers: VerificationProgress,
    streams: 'text/event-stream',
    refuses: ['audit.verification_not_found'],
  })
  async followVerification(@IdParam('id') id: Uuid, @Req() request: FastifyRequest): Promise<Answer<Readable>> {
    await this.verifications.get(id);
    return serverSent(this.progress(id, this.following.signalFor(request)));
  }

  @Command('DELETE', 'verifications/:id', {
    access: 'auditor',
    appends: false,
    summary: 'Give a verification up',
    answers: VerificationView,
    refuses: ['audit.verification_not_found'],
  })
  async cancelVerification(@IdParam('id') id: Uuid): Promise<VerificationView> {
    await this.verifications.cancel(id);
    return this.getVerification(id);
  }

  private async start(from: VerifiedFrom, userId: Uuid): Promise<Answer<VerificationView>> {
    const verification = await this.verifications.request(from, userId);
    return new Answer(202, viewOf(verification), { location: `/api/v1/audit/verifications/${verification.id}` });
  }

  private async *progress(id: Uuid, signal: AbortSignal): AsyncGenerator<VerificationProgress> {
    for await (const verification of this.verifications.follow(id, signal)) yield progressOf(verification);
  }
}

const progressOf = ({ progress, state }: Verification): VerificationProgress => ({
  processed: 0,
  total: null,
  eventsPerSecond: 0,
  secondsLeft: null,
  ...progress,
  state,
});

const viewOf = ({ progress, ...verification }: Verification): VerificationView => ({
  ...verification,
  ...progressOf({ progress, ...verification }),
});
