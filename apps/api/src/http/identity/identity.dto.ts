import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { readUsername } from '@yoyaku/identity';
import { Transform } from 'class-transformer';
import { IsString, MaxLength, MinLength, ValidateBy } from 'class-validator';
import { Email, type FieldOptions, Flag, Id, Locale, OneOf, Text } from '../conventions';

const Secret = (description: string): PropertyDecorator =>
  applyDecorators(ApiProperty({ maxLength: 200, description }), IsString(), MaxLength(200));

/** 8 to 256 characters, white space included. */
const Password = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ minLength: 8, maxLength: 256, format: 'password', example: 'correct horse battery', ...options }),
    IsString(),
    MinLength(8),
    MaxLength(256),
  );

/** A user name; it is read into its one form. */
const Username = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    Text({ min: 3, max: 30, example: 'hanako', ...options }),
    Transform(({ value }) => (typeof value === 'string' ? (readUsername(value) ?? value) : value)),
    ValidateBy({
      name: 'isUsername',
      validator: { validate: (value) => typeof value === 'string' && readUsername(value) !== undefined },
    }),
  );

export class RegisterBody {
  @Text({ max: 100, example: 'Hanako Yamada' })
  name: string;

  @Email()
  email: string;

  @Username({ optional: true, description: 'Signs in too' })
  username?: string;

  @Password()
  password: string;

  @Locale({ optional: true, description: 'Language of messages to this person; `en` when absent' })
  locale?: string;
}

export class LoginBody {
  @Email({ optional: true, description: 'This, or the user name' })
  email?: string;

  @Username({ optional: true })
  username?: string;

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

export class PhoneBody {
  @Text({
    max: 40,
    example: '+81 90-1234-5678',
    description: 'With its country’s prefix, or of the business’s country',
  })
  phone: string;

  @Id({ optional: true })
  businessId?: string;
}

export class VerifyPhoneBody extends PhoneBody {
  @Text({ max: 6, min: 6, pattern: /^\d{6}$/, example: '123456', description: 'The code from the message' })
  code: string;

  @Text({ optional: true, max: 100, example: 'Hanako Yamada', description: 'Of somebody new' })
  name?: string;
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

  @Username({ optional: true, nullable: true, description: 'Signs in too; null: none any more' })
  username?: string | null;
}

export class ChangeUserBody {
  @OneOf(['user', 'auditor', 'admin'] as const, { optional: true, description: 'Of the platform' })
  role?: 'user' | 'auditor' | 'admin';

  @Flag({ optional: true, description: 'Who is disabled is signed out, and cannot sign in' })
  disabled?: boolean;

  @Text({ optional: true, max: 500, description: 'Why they are disabled' })
  reason?: string;
}
