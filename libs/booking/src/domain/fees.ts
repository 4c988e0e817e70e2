import { epochMs, type Fee, type Instant, type Money, percent } from '@yoyaku/kernel';
import type { MadeBooking } from './booking-state';
import { isLate, type Judged, judged, type Who } from './lifecycle';

type Priced = Judged & Pick<MadeBooking, 'price'>;

const charge = (fee: Fee | null, price: Money): Money | null =>
  fee ? ('percent' in fee ? percent(price, fee.percent) : fee.amount) : null;

/**
 * What cancelling it then costs; null: nothing. By this it is previewed, and by this it is cancelled. Throws as
 * `CancelBooking` does.
 */
export function feeForCancelling(booking: Priced, asked: { readonly by: Who; readonly at: Instant }): Money | null {
  const { terms, price } = judged('CancelBooking', booking, asked);
  return asked.by === 'customer' && isLate(booking, asked.at) ? charge(terms.lateFee, price) : null;
}

/**
 * What not coming costs. Nobody failed to come to what was agreed on only when it had begun, such as a walk-in that is
 * entered later.
 */
export const feeForMissing = ({ startAgreedAt, start, terms, price }: MadeBooking): Money | null =>
  epochMs(startAgreedAt) < epochMs(start) ? charge(terms.noShowFee, price) : null;
