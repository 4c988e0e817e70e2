import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import type { KnownUser, Session, SignedIn } from '@yoyaku/identity';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { type Shown, VersionedView, versionOf } from '../conventions';

/** Who is signed in. */
export class AccountView {
  @ApiProperty({ type: String, format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null once erased' })
  name: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'email',
    description: 'Null once erased, and for who signs in by phone alone',
  })
  email: string | null;

  @ApiProperty({ type: String, nullable: true, example: '+819012345678', description: 'Proved to be theirs' })
  phone: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'hanako' })
  username: string | null;

  @ApiProperty({ enum: ['user', 'admin', 'auditor'] })
  role: string;

  @ApiProperty()
  locale: string;

  @ApiProperty()
  emailVerified: boolean;
}

export class UserView extends IntersectionType(VersionedView, AccountView) {
  @ApiProperty({ enum: ['active', 'disabled', 'erased'] })
  status: string;
}

export class ErasedUserView extends VersionedView {
  @ApiProperty({ enum: ['erased'] })
  status: 'erased';
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

  @ApiProperty({ description: 'Good once, for 7 days (30 for who signed in by phone); gives the next pair' })
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

export const accountView = ({ userId, name, email, phone, username, role, locale, emailVerified }: KnownUser) => ({
  id: userId,
  name,
  email,
  phone,
  username,
  role,
  locale,
  emailVerified,
});

export const signedInView = ({ user, accessToken, refreshToken }: SignedIn): SignedInView => ({
  user: accountView(user),
  accessToken,
  refreshToken,
});

export const erasedUserView = (outcome: Omit<Shown<unknown>, 'known'>): ErasedUserView => ({
  ...versionOf(outcome),
  status: 'erased',
});

export const userView = (outcome: Shown<KnownUser>): UserView => ({
  ...accountView(outcome.known),
  ...versionOf(outcome),
  status: outcome.known.status,
});
