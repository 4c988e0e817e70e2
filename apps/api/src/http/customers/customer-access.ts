import { Customer, type CustomerState } from '@yoyaku/customers';
import { ofAggregate, type Principal } from '../conventions';

export const ofCustomer = ofAggregate(Customer, 'id');

/** Customers who are users, and stay so once erased. */
export const orSelf = (state: CustomerState, { userId }: Principal): boolean =>
  'userId' in state && state.userId === userId;
