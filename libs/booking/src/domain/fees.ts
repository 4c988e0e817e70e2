import { epochMs, type Fee, type Instant, type Money, percent } from '@yoyaku/kernel';
import type { BookingTerms } from './booking.events';
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

/** What of the price is due online before the booking is confirmed; null: nothing. It is at most the price. */
export function depositOf({ depositRule }: Pick<BookingTerms, 'depositRule'>, price: Money): Money | null {
  const due = charge(depositRule, price);
  if (!due || due.amount <= 0 || price.amount <= 0) return null;
  return due.amount < price.amount ? due : price;
}

/**
 * What not coming costs. Nobody failed to come to what was agreed on only when it had begun, such as a walk-in that is
 * entered later.
 */
export const feeForMissing = ({ startAgreedAt, start, terms, price }: MadeBooking): Money | null =>
  epochMs(startAgreedAt) < epochMs(start) ? charge(terms.noShowFee, price) : null;
