import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import type { KnownUser, Session } from '@yoyaku/identity';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { type Shown, VersionedView, versionOf } from '../conventions';

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

export const accountView = ({ userId: id, name, email, role, locale, emailVerified }: KnownUser): AccountView => ({
  id,
  name,
  email,
  role,
  locale,
  emailVerified,
});

export const userView = (outcome: Shown<KnownUser>): UserView => ({
  ...accountView(outcome.known),
  ...versionOf(outcome),
  status: outcome.known.status,
});
