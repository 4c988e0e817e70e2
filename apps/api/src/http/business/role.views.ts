import { ApiProperty } from '@nestjs/swagger';
import { GRANTS, grantsOf, isBuiltIn, type OwnRoles, ROLES } from '@yoyaku/business';
import { DomainError } from '@yoyaku/kernel';

export class RoleView {
  @ApiProperty({ example: 'receptionist' })
  role: string;

  @ApiProperty({ enum: GRANTS, isArray: true })
  permissions: readonly string[];

  @ApiProperty({ description: 'Every business has it' })
  builtIn: boolean;

  @ApiProperty({ description: 'Its permissions are those that it has everywhere' })
  isDefault: boolean;
}

export class RoleList {
  @ApiProperty({ type: [RoleView] })
  items: RoleView[];
}

/** Those that every business has, and its own. */
export const roleList = (own: OwnRoles): RoleList => ({
  items: [
    ...ROLES,
    ...Object.keys(own)
      .filter((role) => !isBuiltIn(role))
      .sort(),
  ].map((role) => viewOf(role, own)),
});

/** Throws `role.not_found`. */
export function roleView(role: string, own: OwnRoles): RoleView {
  if (!isBuiltIn(role) && !Object.hasOwn(own, role)) throw new DomainError('role.not_found');
  return viewOf(role, own);
}

const viewOf = (role: string, own: OwnRoles): RoleView => {
  const given = Object.hasOwn(own, role) ? own[role] : undefined;
  return { role, permissions: given ?? [...grantsOf(role)], builtIn: isBuiltIn(role), isDefault: given === undefined };
};
