import { Injectable } from '@nestjs/common';
import { isUuid } from '@yoyaku/kernel';
import { type Principal, Rights } from '../conventions';

/** Whether the user sees every tenant's history, without personal data. */
export const seesAll = ({ role }: Principal): boolean => role === 'admin' || role === 'auditor';

/** Which users may read which tenant's history. */
@Injectable()
export class Sight {
  constructor(private readonly rights: Rights) {}

  /** Whether the user may read the tenant's history. History of no business is only for those who see everything. */
  async maySee(user: Principal, tenantId: string): Promise<boolean> {
    return seesAll(user) || (isUuid(tenantId) && this.rights.may(user, 'audit:read', tenantId));
  }
}
