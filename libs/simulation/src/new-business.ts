import { randomUUID } from 'node:crypto';
import { type ApiClient, answered, type Schemas } from '@yoyaku/client';

/** Opens and closes at these times (`09:00`), on every day of the week. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

const WEEK = [1, 2, 3, 4, 5, 6, 7];

/** A business that somebody sets up over HTTP, as its owner would, to try something out with it. */
export class NewBusiness {
  private constructor(
    private readonly owner: ApiClient,
    readonly id: string,
  ) {}

  /** Makes it and has it approved. */
  static async open(
    owner: ApiClient,
    admin: ApiClient,
    { name, timeZone, hours }: { readonly name: string; readonly timeZone: string; readonly hours: Hours },
  ): Promise<NewBusiness> {
    const body = { name, slug: `salon-${randomUUID()}`, timeZone, currency: 'JPY' };
    const { id } = (await answered(owner.POST('/api/v1/owner/businesses', { body }))).body;
    const params = { path: { id } };
    await answered(admin.POST('/api/v1/admin/businesses/{id}/approve', { params }));
    const opening = WEEK.map((day) => ({ day, opens: hours.from, closes: hours.to }));
    await answered(owner.PUT('/api/v1/owner/businesses/{id}/hours', { params, body: { hours: opening } }));
    return new NewBusiness(owner, id);
  }

  async set(settings: Schemas['SettingsBody']): Promise<void> {
    const params = { path: { id: this.id } };
    await answered(this.owner.PUT('/api/v1/owner/businesses/{id}/settings', { params, body: settings }));
  }

  /** Somebody, or something, that can be booked at these times. Gives its id. */
  async addResource(resource: Omit<Schemas['CreateResourceBody'], 'businessId'>, hours: Hours): Promise<string> {
    const body = { ...resource, businessId: this.id };
    const { id: resourceId } = (await answered(this.owner.POST('/api/v1/owner/resources', { body }))).body;
    const working = WEEK.map((day) => ({ day, starts: hours.from, ends: hours.to }));
    await answered(this.owner.PUT('/api/v1/staff/working-hours', { body: { resourceId, hours: working } }));
    return resourceId;
  }

  /** A service for 5,000 yen, for which one of each list of resources is needed. Gives its id. */
  async addService(
    service: Omit<Schemas['CreateServiceBody'], 'businessId' | 'price' | 'requirements'>,
    requirements: readonly (readonly string[])[],
  ): Promise<string> {
    const body = {
      ...service,
      businessId: this.id,
      price: { amount: 5_000, currency: 'JPY' },
      requirements: requirements.map((anyOf) => ({ anyOf: [...anyOf] })),
    };
    return (await answered(this.owner.POST('/api/v1/owner/services', { body }))).body.id;
  }
}
