import { Customer, type CustomerState } from '@yoyaku/customers';
import { ofAggregate, type Principal } from '../conventions';

export const ofCustomer = ofAggregate(Customer, 'id');

/** Who is asked whether they are the customer, and who said so. */
export const orAsked = (state: CustomerState, user: Principal): boolean =>
  orSelf(state, user) || ('linkOfferedTo' in state && state.linkOfferedTo === user.userId);

/** Customers who are users, and stay so once erased. */
export const orSelf = (state: CustomerState, { userId }: Principal): boolean =>
  'userId' in state && state.userId === userId;
