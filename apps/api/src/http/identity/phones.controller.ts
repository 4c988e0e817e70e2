import { Body, Controller, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BusinessFacts } from '@yoyaku/business';
import { languageOf } from '@yoyaku/composition';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { SendPhoneCode, SignInByPhone, StartSession, VerifyPhone } from '@yoyaku/identity';
import { countryOfZone, mayGetTexts, type PhoneNumber, phoneNumber, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { Command, Ctx, invalid, type Principal, User } from '../conventions';
import { unauthorized } from '../conventions/access/unauthorized';
import { RateLimit } from '../conventions/limits/rate-limits';
import { clientOf } from './client-of';
import { PhoneBody, VerifyPhoneBody } from './identity.dto';
import { SignedInView, signedInView } from './identity.views';
import { inBackground } from './in-background';
import { PhoneLimits } from './phone-limits';

/** Signing in by a code that is sent to a phone. */
@ApiTags('Signing in')
@Controller('auth/phone')
export class PhonesController {
  constructor(
    private readonly commands: Commands,
    private readonly businesses: BusinessFacts,
    private readonly limits: PhoneLimits,
  ) {}

  @Command('POST', 'start', {
    access: 'public',
    appends: false,
    summary: 'Send a code to a phone; the answer is the same for unknown phones',
    starts: null,
    isSecret: true,
  })
  @RateLimit('auth')
  async sendPhoneCode(
    @Body() body: PhoneBody,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const { phone, locale } = await this.read(body, request);
    if (!mayGetTexts(phone.e164)) throw invalid({ path: 'phone', code: 'bad_format.phone' });
    await this.limits.admitCode(phone, request.ip);
    inBackground(this.commands.send(new SendPhoneCode(phone.e164, locale, context)));
  }

  @Command('POST', 'verify', {
    access: 'public',
    appends: false,
    summary: 'Sign in by phone with the code',
    description:
      'The first time, that makes an account. Of somebody who is signed in already the phone becomes a way to sign in to their account, in place of the one before.',
    answers: SignedInView,
    isSecret: true,
    refuses: [
      'auth.token_invalid',
      'identity.code_invalid',
      'identity.phone_taken',
      'identity.registration_closed',
      'identity.user_disabled',
      'user.not_found',
    ],
  })
  @RateLimit('auth')
  async verifyPhone(
    @Body() { code, name, ...body }: VerifyPhoneBody,
    @User() user: Principal | null,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<SignedInView> {
    // Whose token has expired wants their own account, not another one.
    if (!user && request.headers.authorization) throw unauthorized('auth.token_invalid');
    const { phone, locale } = await this.read(body, request);
    await this.limits.admitTry(phone, request.ip);
    const proof = { phone: phone.e164, code };
    const client = clientOf(request);
    if (!user) {
      return signedInView(
        await this.commands.send(new SignInByPhone(proof, { name: name ?? null, locale }, client, context)),
      );
    }
    const { known } = await this.commands.send(new VerifyPhone(user.userId, user.sessionId, proof, context));
    return signedInView(await this.commands.send(new StartSession(known, null, client, context, 'phone')));
  }

  /** A number without its country's prefix is one of the business's country. */
  private async read(
    { phone: text, businessId }: PhoneBody,
    { headers }: FastifyRequest,
  ): Promise<{ readonly phone: PhoneNumber; readonly locale: string }> {
    const business = businessId && (await this.businesses.business(businessId as Uuid));
    const listed = business && business.status === 'approved' ? business : null;
    const phone = phoneNumber(text, listed && countryOfZone(listed.timeZone));
    if (!phone) throw invalid({ path: 'phone', code: 'bad_format.phone' });
    const asked = headers['accept-language'];
    return { phone, locale: asked === undefined && listed ? listed.locale : languageOf(asked) };
  }
}
