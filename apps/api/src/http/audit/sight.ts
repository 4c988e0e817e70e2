import { Injectable } from '@nestjs/common';
import { isUuid } from '@yoyaku/kernel';
import { type Principal, Rights } from '../conventions';

/** Whether the user sees every tenant's history, though nothing that is personal in it. */
export const seesAll = ({ role }: Principal): boolean => role === 'admin' || role === 'auditor';

/** Who may read whose history. */
@Injectable()
export class Sight {
  constructor(private readonly rights: Rights) {}

  /** Whether the user may read the tenant's history. What belongs to no business is for those who see all. */
  async maySee(user: Principal, tenantId: string): Promise<boolean> {
    return seesAll(user) || (isUuid(tenantId) && this.rights.may(user, 'audit:read', tenantId));
  }
}
