import { applyDecorators } from '@nestjs/common';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import type { Session } from '@yoyaku/identity';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { IsString, MaxLength, MinLength } from 'class-validator';
import { Email, type FieldOptions, Locale, Text, VersionedView } from '../conventions';

/** 8 to 256 characters, white space included. */
const Password = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ minLength: 8, maxLength: 256, format: 'password', example: 'correct horse battery', ...options }),
    IsString(),
    MinLength(8),
    MaxLength(256),
  );

const Secret = (description: string): PropertyDecorator =>
  applyDecorators(ApiProperty({ maxLength: 200, description }), IsString(), MaxLength(200));

export class RegisterBody {
  @Text({ max: 100, example: 'Hanako Yamada' })
  name: string;

  @Email()
  email: string;

  @Password()
  password: string;

  @Locale({ optional: true, description: 'Language of messages to this person; `en` when absent' })
  locale?: string;
}

export class LoginBody {
  @Email()
  email: string;

  @Secret('The password')
  password: string;
}

export class RefreshBody {
  @Secret('The refresh token given last')
  refreshToken: string;
}

export class EmailBody {
  @Email()
  email: string;
}

export class VerifyEmailBody {
  @Secret('The code from the message')
  token: string;
}

export class ResetPasswordBody extends VerifyEmailBody {
  @Password()
  password: string;
}

export class ChangePasswordBody {
  @Secret('The password until now')
  currentPassword: string;

  @Password()
  newPassword: string;
}

export class ChangeProfileBody {
  @Text({ optional: true, max: 100 })
  name?: string;

  @Locale({ optional: true })
  locale?: string;
}

/** Who is signed in. */
export class AccountView {
  @ApiProperty({ type: String, format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null once erased' })
  name: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'email', description: 'Null once erased' })
  email: string | null;

  @ApiProperty({ enum: ['user', 'admin', 'auditor'] })
  role: string;

  @ApiProperty()
  locale: string;

  @ApiProperty()
  emailVerified: boolean;
}

export class UserView extends IntersectionType(VersionedView, AccountView) {
  @ApiProperty({ enum: ['active', 'disabled'] })
  status: string;
}

export class UserPage {
  @ApiProperty({ type: [UserView] })
  items: UserView[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class TokensView {
  @ApiProperty({ description: 'Bearer token, good for 15 minutes' })
  accessToken: string;

  @ApiProperty({ description: 'Good once, for 7 days; gives the next pair' })
  refreshToken: string;
}

export class SignedInView extends TokensView {
  @ApiProperty({ type: AccountView })
  user: AccountView;
}

export class VerifiedTokenView {
  @ApiProperty({ example: true })
  valid: boolean;

  @ApiProperty({ type: AccountView })
  user: AccountView;
}

export class SessionView implements Session {
  @ApiProperty({ type: String, format: 'uuid' })
  id: Uuid;

  @ApiProperty({ example: 'api' })
  platform: string;

  @ApiProperty({ type: String, nullable: true })
  ip: string | null;

  @ApiProperty({ type: String, nullable: true })
  userAgent: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt: Instant;

  @ApiProperty({ type: String, format: 'date-time' })
  lastUsedAt: Instant;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt: Instant;

  @ApiProperty({ description: 'The session that asks' })
  current: boolean;
}

export class SessionList {
  @ApiProperty({ type: [SessionView] })
  items: SessionView[];
}
