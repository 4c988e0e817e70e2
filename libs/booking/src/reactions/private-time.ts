import type { BusinessEvent, MembershipEvent } from '@yoyaku/business/events';
import type { ResourceEvent } from '@yoyaku/catalog/events';
import type { Uuid } from '@yoyaku/kernel';
import { defineJob, defineReaction, type Job } from '@yoyaku/reacting';
import type { AgendaEvent } from '../domain/agenda.events';

/** Whose private time is to be kept free: a person's resources, or one resource. */
export type PrivateTime = { readonly userId: Uuid } | { readonly resourceId: Uuid };

/** Done in the reactor: which resources stand for a person is in a read model. */
export const keepPrivateTime = defineJob<PrivateTime>('keep-private-time');

/** For all resources of a business that stand for somebody; done there, too. */
export const keepPrivateTimeOfBusiness = defineJob<{ readonly businessId: Uuid }>('keep-private-time-of-business');

const ofUser = ({ data: { userId } }: { readonly data: { readonly userId: Uuid } }): Job[] => [
  keepPrivateTime.job({ userId }),
];
const ofResource = ({ data: { resourceId } }: { readonly data: { readonly resourceId: Uuid } }): Job[] => [
  keepPrivateTime.job({ resourceId }),
];

const ofBusiness = ({ data: { businessId } }: { readonly data: { readonly businessId: Uuid } }): Job[] => [
  keepPrivateTimeOfBusiness.job({ businessId }),
];

/**
 * The time of private appointments is blocked on the resources that stand for their owner, whichever of the two was there
 * first, for as long as that person is a member of the business and that is neither rejected nor closed.
 */
export const privateTime = defineReaction<AgendaEvent | ResourceEvent | MembershipEvent | BusinessEvent>({
  name: 'private-time',
  version: 2,
  from: 'beginning',
  on: {
    AppointmentPlanned: ofUser,
    AppointmentChanged: ofUser,
    AppointmentCancelled: ofUser,
    ResourceCreated: (event) => (event.data.userId === null ? [] : ofResource(event)),
    ResourceChanged: ofResource,
    StaffAssigned: ofUser,
    StaffTerminated: ofUser,
    BusinessApproved: ofBusiness,
    BusinessRejected: ofBusiness,
    BusinessResubmitted: ofBusiness,
    BusinessClosed: ofBusiness,
  },
});
