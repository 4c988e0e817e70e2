import { Customer } from '@yoyaku/customers';
import { ofThing } from '../conventions';

export const ofCustomer = ofThing(Customer, 'id');
