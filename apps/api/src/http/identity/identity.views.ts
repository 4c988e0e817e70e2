import type { KnownUser } from '@yoyaku/identity';
import { type Shown, versionOf } from '../conventions';
import type { AccountView, UserView } from './identity.dto';

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
