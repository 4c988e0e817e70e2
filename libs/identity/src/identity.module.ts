import { type DynamicModule, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { Accounts } from './application/accounts';
import { AdminList, ChangeUserHandler, EraseUserHandler, FinishUserErasureHandler } from './application/administration';
import { EmailVerification, ResendVerificationHandler, VerifyEmailHandler } from './application/email-verification';
import { EnsureAdminHandler } from './application/ensure-admin';
import { IdentityFacts } from './application/identity-facts';
import {
  ChangePasswordHandler,
  Passwords,
  RequestPasswordResetHandler,
  ResetPasswordHandler,
} from './application/passwords';
import {
  RemovePhoneHandler,
  SendPhoneCodeHandler,
  SignInByPhoneHandler,
  VerifyPhoneHandler,
} from './application/phones';
import { RegisterUserHandler } from './application/register-user';
import { EndSessionHandler, LogInHandler, RefreshTokensHandler, StartSessionHandler } from './application/signing-in';
import { ChooseUsernameHandler } from './application/usernames';
import { IdentityOptions } from './identity.options';
import { ACCESS_TOKEN_LIFETIME, AccessTokens, TOKEN_ALGORITHM, TOKEN_ISSUER } from './infrastructure/access-tokens';
import { Credentials } from './infrastructure/credentials';
import { EndedSessions } from './infrastructure/ended-sessions';
import { KeySecrets } from './infrastructure/key-secrets';
import { PhoneCodes } from './infrastructure/phone-codes';
import { Sessions } from './infrastructure/sessions';
import { StreamTickets } from './infrastructure/stream-tickets';
import { VerificationCodes } from './infrastructure/verification-codes';

const published = [
  Accounts,
  EmailVerification,
  EndedSessions,
  IdentityFacts,
  KeySecrets,
  PhoneCodes,
  Sessions,
  StreamTickets,
  VerificationCodes,
];
const handlers = [
  RegisterUserHandler,
  EnsureAdminHandler,
  ResendVerificationHandler,
  VerifyEmailHandler,
  LogInHandler,
  StartSessionHandler,
  RefreshTokensHandler,
  EndSessionHandler,
  ChangePasswordHandler,
  RequestPasswordResetHandler,
  ResetPasswordHandler,
  SendPhoneCodeHandler,
  SignInByPhoneHandler,
  VerifyPhoneHandler,
  RemovePhoneHandler,
  ChooseUsernameHandler,
  ChangeUserHandler,
  EraseUserHandler,
  FinishUserErasureHandler,
];

/** Users, how they sign in, and who they are to other contexts. */
@Module({})
export class IdentityModule {
  static forRoot(options: IdentityOptions): DynamicModule {
    return {
      module: IdentityModule,
      global: true,
      imports: [
        JwtModule.register({
          secret: options.jwtSecret,
          signOptions: { algorithm: TOKEN_ALGORITHM, expiresIn: ACCESS_TOKEN_LIFETIME, issuer: TOKEN_ISSUER },
        }),
      ],
      providers: [
        { provide: IdentityOptions, useValue: options },
        AccessTokens,
        AdminList,
        Credentials,
        Passwords,
        ...published,
        ...handlers,
      ],
      exports: published,
    };
  }
}
