import { GRANTS } from '@yoyaku/business';
import { type FieldOptions, invalid, NestedList, SomeOf, Text } from '../conventions';

const LONGEST = 40;
const NAME = /^[a-z][a-z0-9_]+$/;

export const RoleName = (options: FieldOptions = {}): PropertyDecorator =>
  Text({ min: 2, max: LONGEST, pattern: NAME, example: 'receptionist', ...options });

/** Throws 400 for what no role may be called. */
export function roleNamed(text: string): string {
  if (text.length > LONGEST || !NAME.test(text)) throw invalid({ path: 'role', code: 'bad_format' });
  return text;
}

export class RoleBody {
  @SomeOf(GRANTS, {
    description:
      '`resource:action`, of all or with `_own` of what is assigned (staff, customers, notes); `resource:*` is every action',
  })
  permissions: string[];
}

class NamedRoleBody extends RoleBody {
  @RoleName()
  role: string;
}

export class RolesBody {
  @NestedList(() => NamedRoleBody, { max: 50, description: 'One that is left out goes, or is as everywhere again' })
  items: NamedRoleBody[];
}
