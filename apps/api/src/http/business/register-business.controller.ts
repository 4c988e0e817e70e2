import { Body, Controller, Req } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { BusinessFacts, CreateBusiness } from '@yoyaku/business';
import type { Config } from '@yoyaku/composition';
import { type CommandContext, Commands, systemStepOf } from '@yoyaku/eventing';
import { Accounts, LogIn, RegisterUser, type SignedIn, StartSession } from '@yoyaku/identity';
import { DomainError, deriveUuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { InjectConfig } from '../../config';
import { type Answer, Command, Ctx, created, Nested } from '../conventions';
import { networkOf } from '../conventions/limits/network';
import { RateLimit, RateLimits } from '../conventions/limits/rate-limits';
import { LOGINS } from '../identity/auth.controller';
import { clientOf } from '../identity/client-of';
import { RegisterBody } from '../identity/identity.dto';
import { accountView, SignedInView } from '../identity/identity.views';
import { CreateBusinessBody } from './business.dto';
import { OwnBusinessView, ownView } from './business.views';

class RegisterBusinessBody {
  @Nested(() => RegisterBody, { description: 'Who has an account gives its address and password' })
  owner: RegisterBody;

  @Nested(() => CreateBusinessBody)
  business: CreateBusinessBody;
}

class RegisteredBusinessView extends SignedInView {
  @ApiProperty({ type: OwnBusinessView })
  business: OwnBusinessView;
}

@ApiTags('Businesses')
@Controller('auth/register-business')
export class RegisterBusinessController {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
    private readonly facts: BusinessFacts,
    private readonly limits: RateLimits,
    @InjectConfig() private readonly config: Config,
  ) {}

  /**
   * What would refuse the business is looked at before there is an account. If it is refused all the same, or the request
   * breaks off, the account stays: asked again with its password, this goes on from there, and the business that it made
   * is the same.
   */
  @Command('POST', '', {
    access: 'public',
    summary: 'Make an account and found a business; again with the same address and password, it goes on',
    creates: RegisteredBusinessView,
    isSecret: true,
    refuses: [
      'business.id_taken',
      'business.slug_reserved',
      'business.slug_taken',
      'business.unknown_vertical',
      'identity.email_taken',
      'identity.password_guessable',
      'identity.password_too_common',
      'identity.registration_closed',
      'identity.username_taken',
    ],
  })
  @RateLimit('register')
  async registerBusiness(
    @Body() { owner, business }: RegisterBusinessBody,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<Answer<RegisteredBusinessView>> {
    const { verticalId = null } = business;
    await this.facts.ensureVertical(verticalId, 'requireLoad', 'business.verticalId');
    const signedIn = await this.signedIn(owner, business.slug, context, request);
    const { userId } = signedIn.user;
    const businessId = deriveUuid('registered-business', userId, business.slug);
    const { trialDays } = this.config;
    const profile = { locale: signedIn.user.locale, description: null, ...business, verticalId };
    const step = systemStepOf(context, 'business');
    const outcome = await this.commands.send(
      new CreateBusiness(
        { ...profile, businessId, ownerId: userId, trialDays },
        { ...step, repeated: true, actor: { ...step.actor, id: userId, role: 'user' } },
      ),
    );
    const { user, accessToken, refreshToken } = signedIn;
    const body = { accessToken, refreshToken, user: accountView(user), business: ownView(outcome) };
    return created(outcome, body, `/owner/businesses/${businessId}`);
  }

  /** A new account, or the one with that address and password. Throws `identity.email_taken` where it has another. */
  private async signedIn(
    { locale = 'en', ...owner }: RegisterBody,
    slug: string,
    context: CommandContext,
    request: FastifyRequest,
  ): Promise<SignedIn> {
    const { email, password } = owner;
    if (await this.accounts.findByEmail(email, 'requireLoad')) {
      await this.limits.admitStrictly(LOGINS, `${await this.accounts.countedBy({ email })} ${networkOf(request.ip)}`);
      const logIn = this.commands.send(new LogIn({ email }, password, clientOf(request), context));
      return logIn.catch((error) => {
        const isWrong = error instanceof DomainError && error.code === 'identity.wrong_credentials';
        throw isWrong ? new DomainError('identity.email_taken', { path: 'owner.email' }) : error;
      });
    }
    await this.facts.ensureSlugFree(slug, 'business.slug');
    const registered = await this.commands.send(new RegisterUser({ locale, ...owner }, 'user', context));
    return this.commands.send(new StartSession(registered.known, null, clientOf(request), context));
  }
}
